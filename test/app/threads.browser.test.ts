// What people do to messages, in a real browser on a messenger in memory: by menu, by keys, by pressing twice.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { setTheme } from '../../src/app/state/theme.ts'
import '../../src/app/styles/app.css'
import type { MessageView } from '../../src/messenger/api.ts'
import { UsageError } from '../../src/messenger/api.ts'
import { StorageError } from '../../src/messenger/ports.ts'
import { createFakeMessenger } from '../support/fake-messenger.ts'
import type { FakeMedia, FakeMessenger } from '../support/fake-messenger.ts'
import { mountApp } from '../support/mount-app.ts'
import { violations } from '../support/violations.ts'

const seen = { kind: 'seen', at: Date.now() - 300_000 } as const
const bosHeart = { contactId: 'b0', name: 'Bo', emoji: '❤️', at: Date.now() - 120_000 }

let messenger: FakeMessenger
let theirs: MessageView
let mine: MessageView

beforeEach(async () => {
  await page.viewport(390, 844)
  messenger = createFakeMessenger({ name: 'Ana' })
  messenger.addContact({ id: 'b0', name: 'Bo' })
  theirs = messenger.receive('b0', { text: 'Did you get up there?', sentAt: Date.now() - 900_000 })
  mine = messenger.receive('b0', { text: 'Just. Look.', mine: seen, sentAt: Date.now() - 800_000 })
})

afterEach(() => {
  vi.restoreAllMocks()
  setTheme('system')
  document.documentElement.dir = ''
})

const open = () => mountApp('#c/c0b0', messenger)
const article = (text: string) => page.getByRole('article').filter({ hasText: text })
const field = () => page.getByRole('textbox', { name: 'Message', exact: true })
const at = (id: string) => messenger.messages.get(id)
const last = async () => (await messenger.conversations.page('c0b0')).at(-1)

async function choose(text: string, action: string): Promise<void> {
  await article(text).getByRole('button', { name: 'Message options' }).click()
  await page.getByRole('menuitem', { name: action, exact: true }).click()
}

async function picture(): Promise<FakeMedia> {
  const canvas = new OffscreenCanvas(80, 60)
  canvas.getContext('2d')?.fillRect(0, 0, 80, 60)
  return { kind: 'photo', data: await canvas.convertToBlob({ type: 'image/jpeg' }), width: 80, height: 60 }
}

describe('the options of a message', () => {
  it('are those that it has', async () => {
    messenger.receive('b0', { media: [await picture()], view: { replays: 0 } })
    messenger.receive('b0', { as: { unsentAt: 1 } })
    await open()
    const offered = async (name: string) => {
      const found = page.getByRole('article', { name, exact: true }).last()
      await found.getByRole('button', { name: 'Message options' }).click()
      await expect.element(page.getByRole('menu')).toBeVisible()
      const items = page.getByRole('menuitem').all()
      const names = items.map((item) => item.element().textContent?.trim() || item.element().ariaLabel)
      await userEvent.keyboard('{Escape}')
      return names
    }
    const common = ['More emoji', 'Reply']
    expect(await offered('You, text')).toEqual([
      ...common,
      'Edit',
      'Forward',
      'Pin',
      'Copy text',
      'Unsend for everyone',
      'Delete for me',
    ])
    expect(await offered('Bo, view-once photo')).toEqual([...common, 'Pin', 'Delete for me'])
    expect(await offered('Bo, unsent message')).toEqual(['Delete for me'])
  })

  it('are reached, used and left by keys', async () => {
    await open()
    const button = article('Did you get').getByRole('button', { name: 'Message options' })
    ;(button.element() as HTMLElement).focus()
    await userEvent.keyboard('{Enter}')
    await expect.element(page.getByRole('menuitemradio', { name: '❤️' })).toHaveFocus()
    await userEvent.keyboard('{ArrowRight}{ArrowRight}{ArrowLeft}{Enter}')
    await expect.poll(async () => (await at(theirs.id))?.reactions.map(({ emoji }) => emoji)).toEqual(['👍'])
    await expect.element(button).toHaveFocus()
    await userEvent.keyboard('{Enter}{End}{ArrowUp}{Escape}')
    await expect.element(page.getByRole('menu')).not.toBeInTheDocument()
    await expect.element(button).toHaveFocus()
  })

  it('stay inside of what scrolls at 320 px, in either direction', async () => {
    await page.viewport(320, 568)
    messenger.receive('b0', { text: 'Mine, as wide as it gets, over several lines', mine: seen })
    for (const dir of ['ltr', 'rtl']) {
      document.documentElement.dir = dir
      await open()
      await expect.element(article('Just. Look.')).toBeVisible()
      for (const each of page.getByRole('article').all()) {
        await each.getByRole('button', { name: 'Message options' }).click()
        const menu = page.getByRole('menu').element()
        const { left, right, top, bottom } = menu.getBoundingClientRect()
        expect(Math.min(left, 320 - right)).toBeGreaterThanOrEqual(0)
        expect(top).toBeGreaterThanOrEqual(document.querySelector('.feed-scroll')?.getBoundingClientRect().top ?? 0)
        expect(bottom).toBeLessThanOrEqual(568)
        expect(menu.scrollWidth).toBe(menu.clientWidth)
        await userEvent.keyboard('{Escape}')
      }
    }
  })

  it('delete a message here alone', async () => {
    await open()
    await choose('Just. Look.', 'Delete for me')
    await expect.element(article('Just. Look.')).not.toBeInTheDocument()
  })

  it('say why something could not be done', async () => {
    messenger.messages.pin = () => Promise.reject(new UsageError('unknown-message'))
    await open()
    await choose('Just. Look.', 'Pin')
    await expect.element(page.getByRole('alert').getByText(/no longer on this device/)).toBeVisible()
  })
})

describe('reactions', () => {
  it('are shown with who reacted, and my own goes on and off', async () => {
    messenger.alter(theirs.id, { reactions: [bosHeart] })
    await open()
    const chip = () => article('Did you get').getByRole('button', { name: /^❤️/ })
    await expect.element(chip()).toHaveAccessibleName('❤️ Bo')
    await expect.element(chip()).toHaveAttribute('aria-pressed', 'false')
    await chip().click()
    await expect.element(chip()).toHaveAccessibleName('❤️ Bo, You')
    await expect.element(chip()).toHaveAttribute('aria-pressed', 'true')
    await chip().click()
    await expect.element(chip()).toHaveAccessibleName('❤️ Bo')
    expect(await violations()).toEqual([])
  })

  it('can be any of many', async () => {
    await open()
    await choose('Did you get', 'More emoji')
    const dialog = page.getByRole('dialog', { name: 'React' })
    expect(await violations()).toEqual([])
    await dialog.getByRole('button', { name: '🌊' }).click()
    await expect.element(dialog).not.toBeInTheDocument()
    await expect.element(article('Did you get').getByRole('button', { name: '🌊 You' })).toBeVisible()
    // In the menu it is there to be taken back.
    await article('Did you get').getByRole('button', { name: 'Message options' }).click()
    await expect.element(page.getByRole('menuitemradio', { name: '🌊' })).toHaveAttribute('aria-checked', 'true')
    await page.getByRole('menuitemradio', { name: '🌊' }).click()
    await expect.poll(async () => (await at(theirs.id))?.reactions).toEqual([])
  })

  it('are a like when a message or a photo is pressed twice, and a press alone opens the photo', async () => {
    const photo = messenger.receive('b0', { media: [await picture()] })
    await open()
    await article('Did you get').getByText('Did you get up there?').dblClick()
    await expect.element(article('Did you get').getByRole('button', { name: '❤️ You' })).toBeVisible()
    // A like is not taken back by another.
    await article('Did you get').getByText('Did you get up there?').dblClick()
    await expect.poll(async () => (await at(theirs.id))?.reactions.length).toBe(1)
    const tile = page.getByRole('button', { name: 'View photo' })
    await tile.dblClick()
    await expect.poll(async () => (await at(photo.id))?.reactions.map(({ emoji }) => emoji)).toEqual(['❤️'])
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(location.hash).toBe('#c/c0b0')
    await tile.click()
    await expect.element(page.getByRole('dialog', { name: 'Media viewer' })).toBeVisible()
  })
})

describe('an answer', () => {
  it('is written under a part of the message, and leads to it', async () => {
    for (let index = 0; index < 220; index += 1) messenger.receive('b0', { text: `Number ${index}` })
    const far = messenger.receive('b0', {
      text: 'far',
      as: { replyTo: { id: theirs.id, senderName: 'Bo', text: 'Did you get up there?' } },
    })
    await open()
    await choose('Number 219', 'Reply')
    await expect.element(page.getByText('Reply to Bo')).toBeVisible()
    await expect.element(field()).toHaveFocus()
    expect(await violations()).toEqual([])
    await field().fill('an answer')
    await userEvent.keyboard('{Enter}')
    await expect.element(page.getByText('Reply to Bo')).not.toBeInTheDocument()
    await expect.element(article('an answer').getByRole('button', { name: /^Answers Bo.*Number 219/ })).toBeVisible()
    expect((await last())?.replyTo).toMatchObject({ text: 'Number 219' })
    // Its own is three pages up.
    expect(document.querySelector(`[data-order="${theirs.order}"]`)).toBeNull()
    await article('far')
      .getByRole('button', { name: /^Answers Bo.*Did you get up there/ })
      .click()
    await expect.element(article('Did you get').first()).toHaveFocus()
    await expect.element(article('Did you get').first()).toBeInViewport()
    expect(far.order).toBeGreaterThan(100)
  })

  it('is not one when the person thinks better of it, by button or by Escape', async () => {
    await open()
    for (const [index, leave] of [
      () => page.getByRole('button', { name: 'Cancel reply' }).click(),
      () => userEvent.keyboard('{Escape}'),
    ].entries()) {
      await choose('Did you get', 'Reply')
      await field().fill(`plain ${index}`)
      await leave()
      await expect.element(page.getByText('Reply to Bo')).not.toBeInTheDocument()
      await expect.element(field()).toHaveFocus()
      await userEvent.keyboard('{Enter}')
      await expect.poll(async () => (await last())?.text).toBe(`plain ${index}`)
      expect(await last()).not.toHaveProperty('replyTo')
    }
  })

  it('to what is gone shows nothing of it', async () => {
    messenger.receive('b0', { text: 'oh no', as: { replyTo: { id: 'ff'.repeat(16) } } })
    await open()
    await expect.element(article('oh no').getByText('An earlier message that is no longer here')).toBeVisible()
  })
})

describe('an edit', () => {
  it('takes the place of the text, with the earlier ones at hand, and leaves alone what is being written', async () => {
    await open()
    await field().fill('half a thought')
    await choose('Just. Look.', 'Edit')
    await expect.element(field()).toHaveValue('Just. Look.')
    await field().fill('Just now. Look.')
    await userEvent.keyboard('{Enter}')
    await expect.element(article('Just now. Look.')).toBeVisible()
    await expect.element(field()).toHaveValue('half a thought')
    await article('Just now. Look.').getByText('Edited').click()
    await expect
      .element(page.getByRole('list', { name: 'Earlier texts' }).getByText('Just. Look.', { exact: true }))
      .toBeVisible()
    expect(await violations()).toEqual([])
    expect(messenger.sent).toEqual([])
  })

  it('stays open with the reason when it is refused', async () => {
    messenger.messages.edit = () => Promise.reject(new UsageError('text-too-long'))
    await open()
    await choose('Just. Look.', 'Edit')
    await field().fill('too long')
    await userEvent.keyboard('{Enter}')
    await expect.element(page.getByRole('alert').getByText(/too long for one message/)).toBeVisible()
    await expect.element(field()).toHaveValue('too long')
    await page.getByRole('button', { name: 'Cancel edit' }).click()
    await expect.element(page.getByRole('alert')).not.toBeInTheDocument()
    await expect.element(field()).toHaveValue('')
  })
})

describe('a message taken back', () => {
  it('is asked about first, and then says so', async () => {
    await open()
    await choose('Just. Look.', 'Unsend for everyone')
    const dialog = page.getByRole('dialog', { name: 'Unsend this message?' })
    await expect.element(dialog.getByText(/What they saw before, or saved, they have/)).toBeVisible()
    expect(await violations()).toEqual([])
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    expect((await at(mine.id))?.unsentAt).toBeUndefined()
    await choose('Just. Look.', 'Unsend for everyone')
    await dialog.getByRole('button', { name: 'Unsend', exact: true }).click()
    await expect.element(article('You took a message back')).toBeVisible()
    await expect.element(page.getByText('Just. Look.')).not.toBeInTheDocument()
    messenger.alter(theirs.id, { unsentAt: Date.now() })
    await expect.element(article('Bo took a message back')).toBeVisible()
    expect(await violations()).toEqual([])
  })
})

describe('pinned messages', () => {
  it('are above the conversation, lead to themselves, and go when they are unpinned', async () => {
    await open()
    await choose('Did you get', 'Pin')
    await choose('Just. Look.', 'Pin')
    const bar = page.getByRole('region', { name: 'Pinned messages' })
    await expect.element(bar.getByText('2 of 2')).toBeVisible()
    expect(await violations()).toEqual([])
    await bar.getByRole('button', { name: /Go to pinned message: Just\. Look\./ }).click()
    await expect.element(article('Just. Look.')).toHaveFocus()
    await expect.element(bar.getByText('1 of 2')).toBeVisible()
    await bar.getByRole('button', { name: 'Unpin this message' }).click()
    await expect.poll(async () => (await at(theirs.id))?.isPinned).toBe(false)
    await expect.element(bar.getByText('Just. Look.')).toBeVisible()
    await choose('Just. Look.', 'Unpin')
    await expect.element(bar).not.toBeInTheDocument()
  })
})

describe('forwarding', () => {
  it('makes new messages of the conversations that are chosen', async () => {
    messenger.addContact({ id: 'c1', name: 'Cleo' })
    messenger.addContact({ id: 'd1', name: 'Dan', state: 'blocked' })
    await open()
    await choose('Did you get', 'Forward')
    const dialog = page.getByRole('dialog', { name: 'Forward to' })
    await expect.element(dialog.getByRole('checkbox', { name: 'Dan' })).not.toBeInTheDocument()
    const button = dialog.getByRole('button', { name: 'Forward', exact: true })
    await expect.element(button).toBeDisabled()
    await dialog.getByRole('checkbox', { name: 'Cleo' }).click()
    expect(await violations()).toEqual([])
    await button.click()
    await expect.element(dialog).not.toBeInTheDocument()
    const [forwarded] = await messenger.conversations.page('c0c1')
    expect(forwarded).toMatchObject({ text: 'Did you get up there?', senderName: 'Ana' })
  })

  it('says what is missing, and sends nothing twice', async () => {
    messenger.addContact({ id: 'c1', name: 'Cleo' })
    const { forward } = messenger.messages
    const asked: (readonly string[] | undefined)[] = []
    messenger.messages.forward = (id, to, options) => {
      asked.push(options?.ids)
      return asked.length === 1 ? Promise.reject(new UsageError('media-not-here')) : forward(id, to, options)
    }
    await open()
    await choose('Did you get', 'Forward')
    await page.getByRole('checkbox', { name: 'Cleo' }).click()
    await page.getByRole('button', { name: 'Forward', exact: true }).click()
    await expect.element(page.getByRole('alert').getByText(/Download it first/)).toBeVisible()
    await page.getByRole('button', { name: 'Forward', exact: true }).click()
    await expect.element(page.getByRole('dialog')).not.toBeInTheDocument()
    expect(asked[0]).toEqual(asked[1])
  })
})

describe('forwarding to several', () => {
  it('goes on after one who does not get it, says who that is and why, and sends nothing twice', async () => {
    messenger.addContact({ id: 'c1', name: 'Cleo' })
    messenger.addContact({ id: 'd1', name: 'Dan' })
    const { forward } = messenger.messages
    let isClosed = true
    messenger.messages.forward = (id, to, options) =>
      to[0] === 'c0c1' && isClosed ? Promise.reject(new UsageError('not-a-member')) : forward(id, to, options)
    await open()
    await choose('Did you get', 'Forward')
    const dialog = page.getByRole('dialog', { name: 'Forward to' })
    for (const name of ['Cleo', 'Dan']) await dialog.getByRole('checkbox', { name }).click()
    await dialog.getByRole('button', { name: 'Forward', exact: true }).click()
    await expect.element(dialog.getByRole('alert')).toMatchTextContent(/^Cleo: /)
    await expect.element(dialog.getByRole('alert')).toHaveLength(1)
    await expect.poll(() => messenger.conversations.page('c0d1')).toHaveLength(1)
    await expect.element(dialog.getByRole('checkbox', { name: 'Dan' })).toBeDisabled()
    await expect.element(dialog.getByRole('checkbox', { name: 'Cleo' })).toBeChecked()
    expect(await violations()).toEqual([])
    isClosed = false
    await dialog.getByRole('button', { name: 'Forward', exact: true }).click()
    await expect.element(dialog).not.toBeInTheDocument()
    expect(await messenger.conversations.page('c0c1')).toHaveLength(1)
    expect(await messenger.conversations.page('c0d1')).toHaveLength(1)
  })

  it('offers groups, but none that one has left', async () => {
    messenger.addGroup({ id: 'aa', name: 'The sea', people: [{ name: 'Bo', contactId: 'b0' }] })
    messenger.addGroup({
      id: 'bb',
      name: 'The lake',
      people: [{ name: 'Bo', contactId: 'b0' }],
      mine: { isMember: false },
    })
    await open()
    await choose('Did you get', 'Forward')
    const dialog = page.getByRole('dialog', { name: 'Forward to' })
    await expect.element(dialog.getByRole('checkbox', { name: 'The sea' })).toBeVisible()
    await expect.element(dialog.getByRole('checkbox', { name: 'The lake' })).not.toBeInTheDocument()
  })
})

describe('typing', () => {
  it('is shown until they stop, and told while the words change, at most every four seconds', async () => {
    await open()
    await expect.element(field()).toBeVisible()
    messenger.type('b0', true)
    await expect.element(page.getByText('Bo is typing…')).toBeVisible()
    messenger.type('b0', false)
    await expect.element(page.getByText('Bo is typing…')).not.toBeInTheDocument()
    let now = 10_000
    vi.spyOn(performance, 'now').mockImplementation(() => now)
    await userEvent.type(field(), 'hello')
    expect(messenger.typed).toEqual([true])
    now += 3999
    await userEvent.type(field(), ' you')
    expect(messenger.typed).toEqual([true])
    now += 1
    await userEvent.type(field(), '!')
    await expect.poll(() => messenger.typed).toEqual([true, true])
  })

  it('is not told of an edit, nor of words that were there', async () => {
    await messenger.conversations.setDraft('c0b0', 'a draft')
    await open()
    await expect.element(field()).toHaveValue('a draft')
    await choose('Just. Look.', 'Edit')
    await field().fill('Another')
    expect(messenger.typed).toEqual([])
  })
})

describe('what is begun', () => {
  const notSent = async () => (await messenger.conversations.get('c0b0'))?.draftAbout

  it('as an answer is there again after a reload, and is gone when it is sent', async () => {
    await messenger.conversations.setDraft('c0b0', 'half an answer')
    await open()
    await choose('Did you get', 'Reply')
    await expect.poll(notSent).toEqual({ kind: 'reply', messageId: theirs.id })
    // The words that were there before are not lost to it.
    expect((await messenger.conversations.get('c0b0'))?.draft).toBe('half an answer')
    await open()
    await expect.element(page.getByText('Reply to Bo')).toBeVisible()
    await expect.element(field()).toHaveValue('half an answer')
    await field().fill('an answer')
    await userEvent.keyboard('{Enter}')
    await expect.poll(async () => (await last())?.replyTo?.id).toBe(theirs.id)
    await expect.poll(notSent).toBe(undefined)
    await open()
    await expect.element(field()).toHaveValue('')
    await expect.element(page.getByText('Reply to Bo')).not.toBeInTheDocument()
  })

  it('as an edit is there again after a reload, beside the draft', async () => {
    await messenger.conversations.setDraft('c0b0', 'a draft')
    await open()
    await choose('Just. Look.', 'Edit')
    await field().fill('Just now. Look.')
    await expect.poll(notSent).toEqual({ kind: 'edit', messageId: mine.id, text: 'Just now. Look.' })
    await open()
    await expect.element(page.getByText('Edit message')).toBeVisible()
    await expect.element(field()).toHaveValue('Just now. Look.')
    await field().click()
    await userEvent.keyboard('{Escape}')
    await expect.element(field()).toHaveValue('a draft')
    await expect.poll(notSent).toBe(undefined)
  })

  it('is forgotten with the message that it was about', async () => {
    await messenger.conversations.setDraft('c0b0', 'words', { kind: 'reply', messageId: theirs.id })
    messenger.alter(theirs.id, { unsentAt: 1 })
    await open()
    await expect.element(field()).toHaveValue('words')
    await expect.element(page.getByText('Reply to Bo')).not.toBeInTheDocument()
  })
})

describe('a timer', () => {
  it('is set under Details, is a line of the conversation, and what is left is shown', async () => {
    await page.viewport(1280, 800)
    messenger.alter(theirs.id, { expiresAt: Date.now() + 3_500_000 })
    await mountApp('#c/c0b0/about', messenger)
    await page.getByLabelText('Disappearing messages').selectOptions('1 day')
    await expect.element(page.getByRole('article', { name: 'You set messages to disappear after 1 day' })).toBeVisible()
    expect((await messenger.conversations.get('c0b0'))?.timerMs).toBe(86_400_000)
    await expect.element(article('Did you get').getByText(/5\d min/)).toBeVisible()
    expect(await violations()).toEqual([])
    await page.getByLabelText('Disappearing messages').selectOptions('Off')
    await expect.element(page.getByRole('article', { name: 'You set messages to stay' })).toBeVisible()
    messenger.expire(theirs.id)
    await expect.element(article('Did you get')).not.toBeInTheDocument()
  })

  it('that somebody chose elsewhere is shown as it is', async () => {
    await messenger.conversations.setTimer('c0b0', 10_000)
    await mountApp('#c/c0b0/about', messenger)
    await expect.element(page.getByLabelText('Disappearing messages')).toHaveDisplayValue('10 seconds')
  })
})

describe('a muted conversation', () => {
  it('is muted under Details for a time or for good, and says so in the list', async () => {
    await page.viewport(1280, 800)
    await mountApp('#c/c0b0/about', messenger)
    const choice = page.getByLabelText('Mute', { exact: true })
    await choice.selectOptions('Always')
    await expect.poll(async () => (await messenger.conversations.get('c0b0'))?.isMuted).toBe(true)
    await expect.element(page.getByRole('listitem', { name: 'Bo', exact: true }).getByText('Muted')).toBeInTheDocument()
    await choice.selectOptions('For 8 hours')
    await expect.element(choice).toHaveDisplayValue(/^Until /)
    await choice.selectOptions('Off')
    await expect.poll(async () => (await messenger.conversations.get('c0b0'))?.isMuted).toBe(false)
  })
})

describe('what became of a message of mine', () => {
  it('is said with how long ago, and that it was liked', async () => {
    messenger.alter(mine.id, { reactions: [bosHeart] })
    await open()
    await expect.element(article('Just. Look.').getByText('Seen', { exact: true })).toBeVisible()
    await expect.element(article('Just. Look.').getByText(/^\d minutes ago · Liked \d minutes ago$/)).toBeVisible()
  })

  it('is told person by person where there are several', async () => {
    const recipients = [
      { contactId: 'b0', name: 'Bo', state: seen },
      { contactId: 'c1', name: 'Cleo', state: { kind: 'delivered', at: Date.now() - 60_000 } },
    ] as const
    messenger.alter(mine.id, { recipients, reactions: [bosHeart] })
    await open()
    await article('Just. Look.').getByText('Delivered to 2, seen by 1').click()
    const list = page.getByRole('list', { name: 'Delivery' })
    await expect.element(list.getByText(/^Seen · \d minutes ago · Liked \d minutes ago$/)).toBeVisible()
    await expect.element(list.getByText(/^Delivered · 1 minute ago$/)).toBeVisible()
    expect(await violations()).toEqual([])
  })
})

describe('privacy settings', () => {
  it('switch typing off, and give new conversations a timer', async () => {
    await mountApp('#settings', messenger)
    await page.getByRole('switch', { name: 'Typing', exact: true }).click()
    await expect.poll(async () => (await messenger.settings.get()).typing).toBe(false)
    await page.getByLabelText('Timer of new conversations').selectOptions('1 week')
    await expect.poll(async () => (await messenger.settings.get()).timerMs).toBe(604_800_000)
  })

  it('show what was chosen at once, store it in order, and leave the keyboard where it is', async () => {
    const { resolve: store, promise: stored } = Promise.withResolvers<void>()
    const set = messenger.settings.set.bind(messenger.settings)
    messenger.settings.set = (change) => stored.then(() => set(change))
    await mountApp('#settings', messenger)
    const typing = page.getByRole('switch', { name: 'Typing', exact: true })
    const nobody = page.getByRole('radio', { name: 'Nobody' })
    await typing.click()
    await expect.element(typing).not.toBeChecked()
    await nobody.click()
    await expect.element(nobody).toBeChecked()
    await expect.element(nobody).toHaveFocus()
    expect((await messenger.settings.get()).whoMayWrite).not.toBe('nobody')
    store()
    await expect.poll(() => messenger.settings.get()).toMatchObject({ typing: false, whoMayWrite: 'nobody' })
    await expect.element(typing).not.toBeChecked()
  })

  it('fall back to what is stored, with a sentence, when a choice cannot be', async () => {
    messenger.settings.set = () => Promise.reject(new StorageError('full'))
    await mountApp('#settings', messenger)
    const typing = page.getByRole('switch', { name: 'Typing', exact: true })
    await typing.click()
    await expect.element(page.getByRole('alert')).toBeVisible()
    await expect.element(typing).toBeChecked()
  })
})

describe('accessibility', () => {
  for (const theme of ['dark', 'light'] as const)
    it(`has nothing to object to with all of it shown, ${theme}`, async () => {
      setTheme(theme)
      await page.viewport(320, 640)
      messenger.alter(theirs.id, { reactions: [bosHeart], isPinned: true, expiresAt: Date.now() + 9_000_000 })
      messenger.alter(mine.id, { earlierTexts: [{ text: 'Just.', at: 1 }], reactions: [bosHeart] })
      messenger.receive('b0', {
        text: 'an answer',
        as: { replyTo: { id: mine.id, senderName: 'Ana', text: 'Just. Look.' } },
      })
      messenger.receive('b0', { as: { unsentAt: 1 } })
      await messenger.conversations.setTimer('c0b0', 86_400_000)
      await open()
      await expect.element(page.getByRole('region', { name: 'Pinned messages' })).toBeVisible()
      await choose('an answer', 'Reply')
      await expect.element(page.getByText('Reply to Bo')).toBeVisible()
      expect(await violations()).toEqual([])
      expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(320)
      await article('an answer').getByRole('button', { name: 'Message options' }).click()
      expect(await violations()).toEqual([])
    })
})
