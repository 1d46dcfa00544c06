// Posts in a real browser: made, looked at one after the other, answered, and taken away.

import axe from 'axe-core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { setTheme } from '../../src/app/state/theme.ts'
import '../../src/app/styles/app.css'
import type { MessageDraft } from '../../src/messenger/api.ts'
import { createFakeMessenger } from '../support/fake-messenger.ts'
import type { FakeMedia, FakeMessenger } from '../support/fake-messenger.ts'
import { mountApp } from '../support/mount-app.ts'
import { settled, violations } from '../support/violations.ts'

const minute = 60_000
const button = (name: string) => page.getByRole('button', { name, exact: true })
const dialog = (name: string) => page.getByRole('dialog', { name, exact: true })
let messenger: FakeMessenger

beforeEach(async () => {
  messenger = createFakeMessenger({ name: 'Ana' })
  messenger.addContact({ id: 'b0', name: 'Bo', following: true, followsMe: 'approved' })
  messenger.addContact({ id: 'c1', name: 'Cem', following: true, followsMe: 'approved' })
  messenger.addContact({ id: 'd2', name: 'Dora', followsMe: 'asked' })
  await page.viewport(390, 844)
})

afterEach(() => {
  setTheme('system')
  document.body.replaceChildren()
})

async function photo(words: Partial<FakeMedia> = {}): Promise<FakeMedia> {
  const canvas = new OffscreenCanvas(80, 60)
  canvas.getContext('2d')?.fillRect(0, 0, 80, 60)
  const data = await canvas.convertToBlob({ type: 'image/jpeg' })
  return { kind: 'photo', data, width: 80, height: 60, ...words }
}

const isSeen = async (id: string) =>
  (await messenger.posts.list()).flatMap(({ posts }) => posts).find((post) => post.id === id)?.isSeen

describe('the page of posts', () => {
  it('says what posts are and who gets them, before there is one', async () => {
    await mountApp('#posts', createFakeMessenger({ name: 'Ana' }))
    await expect.element(page.getByText('Goes to nobody: nobody follows you yet')).toBeVisible()
    await expect.element(page.getByText('It goes by itself after 24 hours', { exact: false })).toBeVisible()
    await expect.element(page.getByText('You follow nobody yet.', { exact: false })).toBeVisible()
  })

  it('shows those with something new first, in words too, and counts them in the navigation', async () => {
    const old = messenger.addPost('b0', { text: 'Seen before' })
    await messenger.posts.markSeen(old.id)
    messenger.addPost('c1', { text: 'Look' })
    await mountApp('#posts', messenger)
    const people = page.getByRole('list', { name: 'Posts of others' }).getByRole('button')
    await expect.element(people.nth(0)).toHaveAccessibleName('Posts of Cem')
    await expect.element(people.nth(0)).toHaveAccessibleDescription('New · 1 post · just now')
    await expect.element(people.nth(1)).toHaveAccessibleDescription('1 post · just now')
    await expect.element(page.getByRole('link', { name: 'Posts', exact: true })).toHaveAccessibleDescription('1 new')
    await expect.element(page.getByText('Goes to 2 followers')).toBeVisible()
    await expect.element(page.getByRole('link', { name: '1 person asks to follow you' })).toBeVisible()
  })

  it.each(['dark', 'light'] as const)('has no accessibility faults, %s', async (theme) => {
    messenger.addPost('b0', { media: [await photo({ altText: 'The sea' })], text: 'At the sea' })
    messenger.addPost(undefined, { text: 'Mine' })
    await mountApp('#posts', messenger)
    setTheme(theme)
    const faults = async () => {
      // Colours of buttons take a moment to be those of the theme.
      await settled()
      return (await axe.run(document.body)).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)
    }
    await expect.element(button('Posts of Bo')).toBeVisible()
    expect(await faults()).toEqual([])
    await button('New post').click()
    await expect.element(button('Post')).toBeVisible()
    expect(await faults()).toEqual([])
    await dialog('New post').getByRole('button', { name: 'Close' }).click()
    await button('Posts of Bo').click()
    await expect.element(page.getByRole('img', { name: 'The sea' })).toBeVisible()
    expect(await faults()).toEqual([])
  })
})

describe('a new post', () => {
  it('goes out with its pictures, its words and its time, and is there', async () => {
    await mountApp('#posts', messenger)
    await button('New post').click()
    const file = new File([(await photo()).data], 'sea.jpg', { type: 'image/jpeg' })
    await page.getByLabelText('Add photos or videos').upload([file])
    await page.getByRole('textbox', { name: 'Alt text' }).fill('The sea')
    await page.getByRole('textbox', { name: 'Words' }).fill('At the sea')
    await page.getByRole('combobox', { name: 'Shown for' }).selectOptions('3 days')
    await expect.element(dialog('New post').getByText('Goes to 2 followers', { exact: false })).toBeVisible()
    await button('Post').click()
    await expect.element(button('View my posts')).toBeVisible()
    const [mine] = await messenger.posts.list()
    expect(mine?.posts).toMatchObject([
      { text: 'At the sea', attachments: [{ altText: 'The sea' }], recipients: [{ name: 'Bo' }, { name: 'Cem' }] },
    ])
    expect((mine?.posts[0]?.until ?? 0) - (mine?.posts[0]?.sentAt ?? 0)).toBe(72 * 60 * minute)
    // The next one begins with nothing.
    await button('New post').click()
    await expect.element(page.getByRole('textbox', { name: 'Words' })).toHaveValue('')
  })

  it('is kept with the reason when it cannot be made, and goes out once when it is tried again', async () => {
    await mountApp('#posts', messenger)
    const { create } = messenger.posts
    const ids: (string | undefined)[] = []
    let isBroken = true
    messenger.posts.create = async (draft, options) => {
      ids.push(options?.id)
      if (isBroken) throw new Error('not now')
      return create(draft, options)
    }
    await button('New post').click()
    await page.getByRole('textbox', { name: 'Words' }).fill('At the sea')
    await button('Post').click()
    await expect.element(dialog('New post').getByRole('alert')).toBeVisible()
    await dialog('New post').getByRole('button', { name: 'Close' }).click()
    await button('New post').click()
    await expect.element(page.getByRole('textbox', { name: 'Words' })).toHaveValue('At the sea')
    isBroken = false
    await button('Post').click()
    await expect.element(button('View my posts')).toBeVisible()
    expect(new Set(ids).size).toBe(1)
  })
})

describe('how a post goes out', () => {
  const readSent = (): MessageDraft['media'][] => {
    const sent: MessageDraft['media'][] = []
    const { create } = messenger.posts
    messenger.posts.create = async (draft, options) => {
      sent.push(draft.media)
      return create(draft, options)
    }
    return sent
  }

  it.each([
    ['Standard', 'standard', 'About 600 kB'],
    ['HD', 'hd', 'About 2 MB'],
    ['Original', 'original', 'About 9 MB'],
  ] as const)('is chosen: %s, whose size is shown', async (name, quality, size) => {
    const bytes = { standard: 600_000, hd: 2_000_000, original: 9_000_000 }
    await mountApp('#posts', messenger, { tools: { estimate: async (_, of) => ({ sizeBytes: bytes[of] }) } })
    const sent = readSent()
    await button('New post').click()
    await page
      .getByLabelText('Add photos or videos')
      .upload([new File([(await photo()).data], 'sea.jpg', { type: 'image/jpeg' })])
    await page.getByRole('group', { name: 'Quality' }).getByRole('radio', { name }).click()
    await expect.element(dialog('New post').getByText(size, { exact: false })).toBeVisible()
    // It is to be looked at, and is there as long as the post is.
    await expect.element(page.getByRole('checkbox', { name: 'Send as file' })).not.toBeInTheDocument()
    await expect.element(page.getByRole('combobox', { name: 'View once' })).not.toBeInTheDocument()
    await button('Post').click()
    await expect.poll(() => sent).toMatchObject([[{ quality }]])
  })
})

describe('the viewer', () => {
  it('goes on by keys from one person to the next, marks what was looked at, and closes at the end', async () => {
    const first = messenger.addPost('b0', { text: 'First of Bo' })
    const second = messenger.addPost('b0', { media: [await photo({ altText: 'The sea' })] })
    messenger.addPost('c1', { text: 'Only of Cem' })
    await mountApp('#posts', messenger)
    await button('Posts of Bo').click()
    await expect.element(dialog('Posts of Bo').getByText('First of Bo')).toBeVisible()
    await expect.poll(() => isSeen(first.id)).toBe(true)
    expect(await isSeen(second.id)).toBe(false)
    await userEvent.keyboard('{ArrowRight}')
    await expect.element(page.getByRole('img', { name: 'The sea' })).toBeVisible()
    await expect.poll(() => isSeen(second.id)).toBe(true)
    await userEvent.keyboard('{ArrowRight}')
    await expect.element(dialog('Posts of Cem').getByText('Only of Cem')).toBeVisible()
    await userEvent.keyboard('{ArrowLeft}')
    await expect.element(dialog('Posts of Bo')).toBeVisible()
    await userEvent.keyboard('{ArrowRight}')
    await button('Next').click()
    await expect.element(page.getByRole('dialog')).not.toBeInTheDocument()
  })

  it('begins with what was not looked at', async () => {
    const first = messenger.addPost('b0', { text: 'First of Bo' })
    messenger.addPost('b0', { text: 'Second of Bo' })
    await messenger.posts.markSeen(first.id)
    await mountApp('#posts', messenger)
    await button('Posts of Bo').click()
    await expect.element(dialog('Posts of Bo').getByText('Second of Bo')).toBeVisible()
  })

  it('goes on by itself, and stands still when told to', async () => {
    messenger.addPost('b0', { text: 'First of Bo' })
    messenger.addPost('b0', { text: 'Second of Bo' })
    await mountApp('#posts', messenger)
    await button('Posts of Bo').click()
    await button('Stay on this post').click()
    const running = () => document.getAnimations().filter(({ playState }) => playState === 'running').length
    await expect.poll(running).toBe(0)
    const [bar] = document.getAnimations().filter((animation) => animation instanceof CSSAnimation)
    expect(bar?.playState).toBe('paused')
    await userEvent.keyboard(' ')
    await expect.poll(() => bar?.playState).toBe('running')
    // Its time is over.
    bar?.finish()
    await expect.element(dialog('Posts of Bo').getByText('Second of Bo')).toBeVisible()
  })

  it('shows what arrived while another page was open', async () => {
    const transfer = { kind: 'download', doneBytes: 0, totalBytes: 9 } as const
    const post = messenger.addPost('b0', { media: [await photo({ altText: 'The sea', transfer })] })
    await mountApp('#profile', messenger)
    await expect.element(page.getByRole('link', { name: 'Posts', exact: true })).toHaveAccessibleDescription('1 new')
    messenger.setTransfer(post.attachments[0]?.id ?? '', { kind: 'done' })
    await page.getByRole('link', { name: 'Posts', exact: true }).click()
    await button('Posts of Bo').click()
    await expect.element(page.getByRole('img', { name: 'The sea' })).toBeVisible()
  })

  it('does not say that it was seen before it can be', async () => {
    const waiting = { kind: 'download', doneBytes: 10, totalBytes: 100 } as const
    const { id } = messenger.addPost('b0', { media: [await photo({ altText: 'The sea', transfer: waiting })] })
    await mountApp('#posts', messenger)
    await button('Posts of Bo').click()
    await expect.element(page.getByRole('progressbar', { name: 'Download' })).toBeVisible()
    expect(await isSeen(id)).toBe(false)
    messenger.setTransfer(`${id}.0`, { kind: 'done' })
    await expect.element(page.getByRole('img', { name: 'The sea' })).toBeVisible()
    await expect.poll(() => isSeen(id)).toBe(true)
  })

  it('is answered in the conversation of the two, about the post', async () => {
    const post = messenger.addPost('b0', { text: 'At the sea' })
    const sent: { to: string; draft: MessageDraft }[] = []
    const send = messenger.send.bind(messenger)
    messenger.send = (to, draft, options) => {
      sent.push({ to, draft })
      return send(to, draft, options)
    }
    await mountApp('#posts', messenger)
    await button('Posts of Bo').click()
    await page.getByRole('textbox', { name: 'Reply to Bo' }).fill('Where?')
    // Nothing goes on under somebody who writes.
    expect(document.querySelector('.post-bar-runs.paused')).not.toBeNull()
    await button('Send reply').click()
    await expect.element(page.getByText('Sent, in your conversation.')).toBeVisible()
    expect(sent).toMatchObject([{ to: 'c0b0', draft: { text: 'Where?', replyTo: post.id } }])
    await button('Open conversation').click()
    await expect.element(page.getByRole('heading', { name: 'Bo' })).toBeVisible()
  })

  it('lists who looked at mine, and takes it away from everybody', async () => {
    messenger.addPost(undefined, {
      text: 'Mine',
      states: { b0: { kind: 'seen', at: Date.now() - 3 * minute }, c1: { kind: 'delivered', at: Date.now() } },
    })
    await mountApp('#posts', messenger)
    await button('View my posts').click()
    await button('Seen by 1 of 2').click()
    await expect
      .element(page.getByRole('list', { name: 'Seen by', exact: true }).getByText('3 minutes ago'))
      .toBeVisible()
    await expect.element(page.getByRole('list', { name: 'Not seen by' }).getByText('Delivered')).toBeVisible()
    expect(await violations(), 'viewers').toEqual([])
    await dialog('Who has seen it').getByRole('button', { name: 'Close' }).click()
    await button('Delete').click()
    await expect.element(button('Delete for everybody')).toBeVisible()
    expect(await violations(), 'deleting').toEqual([])
    await button('Delete for everybody').click()
    await expect.element(page.getByRole('dialog')).not.toBeInTheDocument()
    expect(await messenger.posts.list()).toEqual([])
  })

  it('offers to try again where it failed for one, and nothing there that takes it from everybody', async () => {
    const { id } = messenger.addPost(undefined, {
      text: 'Mine',
      states: { b0: { kind: 'failed', reason: 'mailbox-full' }, c1: { kind: 'delivered', at: Date.now() } },
    })
    const retry = vi.spyOn(messenger.messages, 'retry').mockResolvedValue()
    await mountApp('#posts', messenger)
    await button('View my posts').click()
    await button('Seen by 0 of 2').click()
    const viewers = dialog('Who has seen it')
    await viewers.getByRole('button', { name: 'Retry', exact: true }).click()
    expect(retry).toHaveBeenCalledExactlyOnceWith(id)
    await expect.element(viewers.getByRole('button', { name: 'Delete' })).not.toBeInTheDocument()
    expect(await messenger.posts.list()).toHaveLength(1)
  })

  it('stands still at the original of a picture, which is fetched when it is asked for', async () => {
    const data = (await photo()).data
    const original = {
      data: new Blob([data, new Uint8Array(2_000_000)], { type: 'image/jpeg' }),
      width: 800,
      height: 600,
    }
    const { id } = messenger.addPost('b0', { media: [await photo({ altText: 'The sea', original })] })
    await mountApp('#posts', messenger)
    await button('Posts of Bo').click()
    await expect.element(button('Original')).toHaveAccessibleDescription('2 MB')
    expect(messenger.managed).toEqual([])
    await button('Original').click()
    await expect.poll(() => messenger.managed).toEqual([`start ${id}.0 original`])
    await expect.element(button('Go on by itself')).toBeVisible()
    const readings = vi.spyOn(messenger.media, 'read')
    messenger.setTransfer(`${id}.0`, { kind: 'done' }, 'original')
    await expect.poll(() => readings.mock.calls.map(([, options]) => options?.rendition)).toContain('original')
    await expect.element(page.getByRole('img', { name: 'The sea' })).toBeVisible()
  })
})
