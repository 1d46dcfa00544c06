// The app in a real browser, on a messenger in memory: what people find by name, what assistive technology meets, and
// what happens when they use it.

import { afterEach, describe, expect, it, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import type { Locator } from 'vitest/browser'
import { startApp } from '../../src/app/app.tsx'
import { setTheme } from '../../src/app/state/theme.ts'
import '../../src/app/styles/app.css'
import type { SendStage } from '../../src/messenger/api.ts'
import { MediaError } from '../../src/messenger/ports.ts'
import { createFakeMessenger } from '../support/fake-messenger.ts'
import type { FakeMedia, FakeMessenger } from '../support/fake-messenger.ts'
import { mountApp } from '../support/mount-app.ts'
import { cutOff, settled, violations } from '../support/violations.ts'

const open = (hash: string, messenger = ana()): Promise<FakeMessenger> => mountApp(hash, messenger)

function ana(): FakeMessenger {
  const messenger = createFakeMessenger({ name: 'Ana' })
  messenger.addContact({ id: 'b0', name: 'Bo' })
  messenger.receive('b0', { text: 'Hello Ana', sentAt: Date.now() - 86_400_000 })
  messenger.addRequest({
    id: 'f1',
    name: 'Ines',
    text: 'We met.',
    receivedAt: Date.now(),
    fingerprint: 'f1'.repeat(32),
  })
  return messenger
}

async function picture(words: Partial<FakeMedia> = {}): Promise<FakeMedia> {
  const canvas = new OffscreenCanvas(80, 60)
  const context = canvas.getContext('2d')
  if (context !== null) {
    context.fillStyle = '#806040'
    context.fillRect(0, 0, 80, 60)
  }
  return { kind: 'photo', data: await canvas.convertToBlob({ type: 'image/jpeg' }), width: 80, height: 60, ...words }
}

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  setTheme('system')
  sessionStorage.clear()
})

describe('accessibility', () => {
  for (const theme of ['dark', 'light'] as const) {
    for (const [width, height] of [
      [1280, 800],
      [390, 844],
      [320, 640],
    ] as const) {
      it(`has nothing to object to on any page, ${theme}, ${width} wide`, async () => {
        await page.viewport(width, height)
        setTheme(theme)
        const messenger = ana()
        messenger.receive('b0', { media: [await picture({ altText: 'A wall', caption: 'Brown' })] })
        messenger.receive('b0', {
          media: [await picture({ transfer: { kind: 'download', doneBytes: 1, totalBytes: 9 } })],
        })
        messenger.receive('b0', { text: 'no', mine: { kind: 'failed', reason: 'relay-full' } })
        messenger.addContact({ id: 'c1', name: 'Cleo', verified: true, keys: 'changed' })
        messenger.receive('c1', { text: 'It is me' })
        // Nothing was said there yet.
        messenger.addContact({ id: 'd2', name: 'Dora' })
        messenger.receive('b0', { text: 'kept', mine: { kind: 'kept', relay: 'relay.example', until: Date.now() } })
        for (const hash of [
          '',
          '#c/c0b0',
          '#c/c0b0/about',
          '#c/c0b0/verify',
          '#c/c0c1',
          '#c/c0c1/verify',
          '#c/c0d2',
          '#requests',
          '#posts',
          '#profile',
          '#settings',
        ]) {
          await open(hash, messenger)
          await expect.poll(() => document.querySelector('[role=main] h1')).not.toBeNull()
          expect(await violations(), `${hash} ${theme}`).toEqual([])
          expect(cutOff(width), hash).toEqual([])
        }
        await open('', createFakeMessenger())
        expect(await violations(), 'first run').toEqual([])
      })
    }
  }
})

describe('finding things by name', () => {
  it('starts with a name', async () => {
    const messenger = createFakeMessenger()
    await open('', messenger)
    await page.getByRole('textbox', { name: 'Your name', exact: true }).fill('Ana')
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    await expect.element(page.getByRole('navigation', { name: 'Main', exact: true })).toBeVisible()
    expect((await messenger.profile.get()).name).toBe('Ana')
  })

  it('goes from an invite link over the first run to the conversation', async () => {
    await open('#i/c2VjcmV0', createFakeMessenger())
    expect(location.hash).toBe('#connect')
    await page.getByRole('textbox', { name: 'Your name', exact: true }).fill('Ana')
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    await expect.element(page.getByRole('heading', { name: 'Connect with Bo', exact: true })).toBeVisible()
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await expect.element(page.getByRole('heading', { name: 'Bo', exact: true })).toBeVisible()
    expect(sessionStorage.length).toBe(0)
  })

  it('stays at an invite that was opened while another one was being used, and keeps it', async () => {
    await page.viewport(1280, 800)
    const messenger = createFakeMessenger({ name: 'Ana' })
    const connect = messenger.invites.connect.bind(messenger.invites)
    const { promise: isHeard, resolve: hear } = Promise.withResolvers<void>()
    messenger.invites.connect = async (...used) => {
      await isHeard
      return connect(...used)
    }
    await open('#i/b25l', messenger)
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await page.getByRole('button', { name: 'New message', exact: true }).click()
    await page.getByRole('textbox', { name: 'Somebody’s invite link' }).fill('https://relay.example/#i/many')
    await page.getByRole('button', { name: 'Open', exact: true }).click()
    await expect.element(page.getByText(/This link is for many people/)).toBeVisible()
    hear()
    await expect.element(page.getByText(/whom you have asked already/)).toBeVisible()
    await page.getByRole('link', { name: 'Profile', exact: true }).click()
    await expect.element(page.getByRole('button', { name: 'Share invite', exact: true })).toBeVisible()
    expect(sessionStorage.getItem('safelight:invite')).toContain('#i/many')
  })

  it('has the parts of the main page', async () => {
    await page.viewport(1280, 800)
    await open('')
    for (const name of ['Requests', 'Posts', 'Profile', 'Settings']) {
      await expect.element(page.getByRole('link', { name, exact: true })).toBeVisible()
    }
    await expect.element(page.getByRole('button', { name: 'New message', exact: true })).toBeVisible()
    const list = page.getByRole('list', { name: 'Conversations', exact: true })
    await expect.element(list.getByRole('listitem', { name: 'Bo', exact: true })).toBeVisible()
  })

  it('shares an invite as a link and as a code', async () => {
    await open('#profile')
    await page.getByRole('button', { name: 'Share invite', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: 'Invite', exact: true })
    const link = dialog.getByRole('textbox', { name: 'Invite link', exact: true })
    await expect.element(link).toHaveAttribute('readonly')
    await expect.element(dialog.getByRole('img', { name: 'Invite QR code', exact: true })).toBeVisible()
    await expect.element(dialog.getByRole('button', { name: 'Copy link', exact: true })).toBeVisible()
    const first = link.element() as HTMLInputElement
    const before = first.value
    await dialog.getByRole('button', { name: 'New link', exact: true }).click()
    await expect.poll(() => first.value).not.toBe(before)
    await userEvent.keyboard('{Escape}')
    await expect.element(dialog).not.toBeInTheDocument()
    await expect.element(page.getByRole('button', { name: 'Share invite', exact: true })).toHaveFocus()
  })

  it('answers a request', async () => {
    const messenger = await open('#requests')
    const item = page
      .getByRole('list', { name: 'Requests', exact: true })
      .getByRole('listitem', { name: 'Ines', exact: true })
    for (const name of ['Accept', 'Delete', 'Block', 'Report']) {
      await expect.element(item.getByRole('button', { name, exact: true })).toBeVisible()
    }
    await item.getByRole('button', { name: 'Accept', exact: true }).click()
    await expect.element(page.getByRole('heading', { name: 'Ines', exact: true })).toBeVisible()
    expect(await messenger.requests.list()).toEqual([])
  })

  it('follows, verifies and blocks a contact', async () => {
    await page.viewport(1280, 800)
    const messenger = await open('#c/c0b0/about')
    await page.getByRole('button', { name: 'Follow', exact: true }).click()
    await expect.element(page.getByRole('button', { name: 'Unfollow', exact: true })).toBeVisible()
    await page.getByRole('link', { name: 'Verify Bo', exact: true }).click()
    await expect.element(page.getByRole('textbox', { name: 'Safety number', exact: true })).toHaveAttribute('readonly')
    history.back()
    await page.getByRole('button', { name: 'Block', exact: true }).click()
    await expect.element(page.getByText(/You blocked Bo/)).toBeVisible()
    expect((await messenger.contacts.get('b0'))?.state).toBe('blocked')
  })

  it('has every group of settings, and keeps what is set', async () => {
    const messenger = await open('#settings')
    for (const name of ['Privacy', 'Storage', 'Relays', 'Devices', 'Backup', 'Notifications', 'Appearance']) {
      await expect.element(page.getByRole('heading', { name, exact: true })).toBeInTheDocument()
    }
    await page.getByRole('switch', { name: 'Direct connections' }).click()
    await expect.poll(async () => (await messenger.settings.get()).direct).toBe(false)
    await page.getByRole('button', { name: 'Remove relay.example' }).click()
    await expect.element(page.getByRole('alert').filter({ hasText: 'only relay' })).toBeVisible()
  })
})

describe('a keyboard', () => {
  const message = page.getByRole('textbox', { name: 'Message', exact: true })
  const focus = async (locator: Locator) => {
    await expect.element(locator).toBeVisible()
    locator.element().focus()
  }

  it('reaches the place to write without going through every message', async () => {
    await page.viewport(1280, 800)
    await open('#c/c0b0')
    await focus(page.getByRole('link', { name: 'Details', exact: true }))
    await userEvent.keyboard('{Tab}')
    await expect.element(page.getByRole('button', { name: 'Skip to writing' })).toHaveFocus()
    await userEvent.keyboard('{Enter}')
    await expect.element(message).toHaveFocus()
    await focus(page.getByRole('article'))
    await userEvent.keyboard('{Control>}{End}{/Control}')
    await expect.element(message).toHaveFocus()
  })

  it('is led to the new page when what was chosen goes with the old one', async () => {
    await page.viewport(390, 844)
    await open('')
    await focus(page.getByRole('link', { name: 'Bo', exact: true }))
    await userEvent.keyboard('{Enter}')
    await expect.element(page.getByRole('heading', { name: 'Bo', exact: true })).toHaveFocus()
  })

  it('is led into a panel, to nothing under it, and back', async () => {
    await page.viewport(390, 844)
    await open('#c/c0b0')
    await focus(page.getByRole('link', { name: 'Details', exact: true }))
    await userEvent.keyboard('{Enter}')
    await expect.element(page.getByRole('heading', { name: 'Details', exact: true })).toHaveFocus()
    await expect.element(message).not.toBeInTheDocument()
    await userEvent.keyboard('{Tab}{Enter}')
    await expect.element(page.getByRole('heading', { name: 'Bo', exact: true })).toHaveFocus()
  })
})

describe('a conversation', () => {
  it('sends text with Enter and shows what becomes of it', async () => {
    const messenger = await open('#c/c0b0')
    await page.getByRole('textbox', { name: 'Message', exact: true }).fill('Hello Bo')
    await userEvent.keyboard('{Enter}')
    const article = page.getByRole('article', { name: 'You, text' })
    await expect.element(article.getByText('Sending', { exact: true })).toBeVisible()
    messenger.setState(messenger.sent[0] ?? '', {
      kind: 'kept',
      relay: 'relay.example',
      until: new Date(2026, 10, 29).getTime(),
    })
    await expect.element(article.getByText(/^Kept by relay\.example until (29 Nov|Nov 29)$/)).toBeVisible()
    messenger.setState(messenger.sent[0] ?? '', { kind: 'delivered', at: 1 })
    await expect.element(article.getByText('Delivered', { exact: true })).toBeVisible()
    messenger.setState(messenger.sent[0] ?? '', { kind: 'failed', reason: 'mailbox-full' })
    await expect.element(article.getByRole('button', { name: 'Retry', exact: true })).toBeVisible()
    await expect.element(article.getByRole('alert')).toMatchTextContent(/kept on this device/)
    await article.getByRole('button', { name: 'Delete', exact: true }).click()
    await expect.element(article).not.toBeInTheDocument()
  })

  it('sends chosen photos with words and quality', async () => {
    const messenger = await open('#c/c0b0')
    let asked: unknown
    const prepare = messenger.prepare
    messenger.prepare = (media, options) => {
      asked = media
      return prepare(media, options)
    }
    const { data } = await picture()
    const file = new File([data], 'hill.jpg', { type: 'image/jpeg' })
    await page.getByLabelText('Add photos or videos').upload(file)
    await page.getByRole('textbox', { name: 'Alt text' }).fill('A hill')
    const quality = page.getByRole('group', { name: 'Quality', exact: true })
    for (const name of ['Standard', 'HD', 'Original']) {
      await expect.element(quality.getByRole('radio', { name, exact: true })).toBeInTheDocument()
    }
    await quality.getByRole('radio', { name: 'HD', exact: true }).click()
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await expect
      .element(page.getByRole('article', { name: 'You, photo' }).getByRole('button', { name: 'View photo' }))
      .toBeVisible()
    expect(asked).toMatchObject({ quality: 'hd', altText: 'A hill' })
  })

  it.each([
    ['read', 'Removing metadata'],
    ['convert', 'Converting'],
    ['encrypt', 'Encrypting'],
  ] as const)('tells that what is sent is at %s, and loses nothing else when that is cancelled', async (kind, word) => {
    const messenger = await open('#c/c0b0')
    const stages: Readonly<Record<typeof kind, SendStage>> = {
      read: { kind: 'read', doneBytes: 1, totalBytes: 2 },
      convert: { kind: 'convert', doneMs: 1, totalMs: 2, writtenBytes: 1 },
      encrypt: { kind: 'encrypt', doneBytes: 1, totalBytes: 2 },
    }
    messenger.prepare = (_, { onProgress, signal }) => {
      onProgress(0.5, stages[kind])
      return new Promise((__, reject) => signal?.addEventListener('abort', () => reject(new MediaError('cancelled'))))
    }
    const { data } = await picture()
    await page.getByLabelText('Add photos or videos').upload(new File([data], 'a.jpg', { type: 'image/jpeg' }))
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    const article = page.getByRole('article', { name: 'You, photo' })
    const ring = article.getByRole('progressbar', { name: 'Preparing', exact: true })
    await expect.element(ring).toHaveAttribute('aria-valuetext', `${word}, 50 %`)
    await expect.element(article.getByText(word, { exact: true })).toBeVisible()
    expect(await violations()).toEqual([])
    const field = page.getByRole('textbox', { name: 'Message', exact: true })
    await field.fill('Or this')
    await article.getByRole('button', { name: 'Cancel', exact: true }).click()
    await expect.element(article).not.toBeInTheDocument()
    await expect.element(page.getByRole('article').getByText('Hello Ana', { exact: true })).toBeVisible()
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await expect.element(page.getByRole('article').getByText('Or this', { exact: true })).toBeVisible()
    expect(messenger.sent).toHaveLength(1)
  })

  it('refuses what is no photo, in a sentence, and goes on', async () => {
    const messenger = await open('#c/c0b0')
    await page.getByLabelText('Add photos or videos').upload(new File(['x'], 'notes.txt', { type: 'text/plain' }))
    await expect
      .element(page.getByRole('alert').filter({ hasText: 'notes.txt' }))
      .toMatchTextContent(/not a photo or a video/)
    expect(messenger.sent).toEqual([])
  })

  it('takes pasted and dropped photos', async () => {
    await open('#c/c0b0')
    const { data } = await picture()
    const transfer = (name: string) => {
      const made = new DataTransfer()
      made.items.add(new File([data], name, { type: 'image/jpeg' }))
      return made
    }
    const field = page.getByRole('textbox', { name: 'Message', exact: true }).element()
    const clipboardData = transfer('pasted.jpg')
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
    const dataTransfer = transfer('dropped.jpg')
    for (const type of ['dragenter', 'dragover', 'drop']) {
      field.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }))
    }
    const chosen = page.getByRole('list', { name: 'Chosen' })
    await expect.element(chosen.getByRole('button', { name: 'Remove pasted.jpg' })).toBeVisible()
    await chosen.getByRole('button', { name: 'Remove dropped.jpg' }).click()
    await expect.element(chosen.getByRole('listitem')).toHaveLength(1)
  })

  it('keeps what could not be sent, says why, and lets it be changed', async () => {
    const messenger = await open('#c/c0b0')
    messenger.prepare = () => Promise.reject(new MediaError('damaged'))
    const { data } = await picture()
    await page.getByLabelText('Add photos or videos').upload(new File([data], 'torn.jpg', { type: 'image/jpeg' }))
    await page.getByRole('textbox', { name: 'Message', exact: true }).fill('Look')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    const article = page.getByRole('article', { name: 'You, photo' })
    await expect.element(article.getByText('Failed', { exact: true })).toBeVisible()
    await expect.element(article.getByRole('alert')).toMatchTextContent(/damaged or cut short/)
    await article.getByRole('button', { name: 'Edit', exact: true }).click()
    await expect.element(article).not.toBeInTheDocument()
    await expect.element(page.getByRole('textbox', { name: 'Message', exact: true })).toHaveValue('Look')
    await expect.element(page.getByRole('button', { name: 'Remove torn.jpg' })).toBeVisible()
    expect(messenger.sent).toEqual([])
  })

  it('gives options to what could not be sent, as to every message', async () => {
    const messenger = await open('#c/c0b0')
    messenger.prepare = () => Promise.reject(new MediaError('damaged'))
    const { data } = await picture()
    await page.getByLabelText('Add photos or videos').upload(new File([data], 'torn.jpg', { type: 'image/jpeg' }))
    await page.getByRole('textbox', { name: 'Message', exact: true }).fill('Look')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    const article = page.getByRole('article', { name: 'You, photo' })
    await expect.element(article.getByText('Failed', { exact: true })).toBeVisible()
    await article.getByRole('button', { name: 'Message options', exact: true }).click()
    const items = page.getByRole('menuitem')
    expect(items.elements().map(({ textContent }) => textContent)).toEqual(['Retry', 'Edit', 'Copy text', 'Delete'])
    expect(await violations()).toEqual([])
    await page.getByRole('menuitem', { name: 'Delete', exact: true }).click()
    await expect.element(article).not.toBeInTheDocument()
  })

  it('is in the list as sending while something is prepared, and as failed when that fails, not as a draft', async () => {
    await page.viewport(1280, 800)
    const messenger = await open('#c/c0b0')
    const { promise: isPrepared, reject: fail } = Promise.withResolvers<FakeMedia>()
    messenger.prepare = () => isPrepared
    const { data } = await picture()
    const choose = () =>
      page.getByLabelText('Add photos or videos').upload(new File([data], 'a.jpg', { type: 'image/jpeg' }))
    const send = page.getByRole('button', { name: 'Send', exact: true })
    const item = page.getByRole('listitem', { name: 'Bo', exact: true })
    await choose()
    await page.getByRole('textbox', { name: 'Message', exact: true }).fill('Look')
    await send.click()
    await expect.element(item.getByText('Sending', { exact: true })).toBeVisible()
    await expect.element(item.getByText('Look', { exact: true })).toBeVisible()
    fail(new MediaError('damaged'))
    await expect.element(item.getByText('Failed', { exact: true })).toBeVisible()
    // Kept as a draft for another start of the page.
    await expect.poll(async () => (await messenger.conversations.get('c0b0'))?.draft).toBe('Look')
    location.hash = '#settings'
    await expect.element(page.getByRole('heading', { name: 'Settings', exact: true })).toBeVisible()
    await expect.element(item.getByText('Look', { exact: true })).toBeVisible()
    await expect.element(item.getByText('Failed', { exact: true })).toBeVisible()
    location.hash = '#c/c0b0'
    // What is written is a draft all the same.
    await page.getByRole('textbox', { name: 'Message', exact: true }).fill('Or rather')
    await expect.poll(async () => (await messenger.conversations.get('c0b0'))?.draft).toBe('Look\nOr rather')
    await expect.element(item.getByText('Draft: Or rather', { exact: true })).toBeVisible()
    await page.getByRole('textbox', { name: 'Message', exact: true }).fill('')
    await page.getByRole('article', { name: 'You, photo' }).getByRole('button', { name: 'Delete', exact: true }).click()
    await expect.element(item.getByText('Hello Ana', { exact: true })).toBeVisible()
    await expect.element(item.getByText('Failed', { exact: true })).not.toBeInTheDocument()
  })

  it('takes back what could not be sent without losing what was written and chosen since', async () => {
    const messenger = await open('#c/c0b0')
    messenger.prepare = () => Promise.reject(new MediaError('damaged'))
    const { data } = await picture()
    const choose = (name: string) =>
      page.getByLabelText('Add photos or videos').upload(new File([data], name, { type: 'image/jpeg' }))
    const field = page.getByRole('textbox', { name: 'Message', exact: true })
    await choose('torn.jpg')
    await field.fill('First')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await expect.element(page.getByRole('button', { name: 'Edit', exact: true })).toBeVisible()
    await choose('next.jpg')
    await field.fill('Second')
    await page.getByRole('button', { name: 'Edit', exact: true }).click()
    await expect.element(field).toHaveValue('First\nSecond')
    for (const name of ['torn.jpg', 'next.jpg']) {
      await expect.element(page.getByRole('button', { name: `Remove ${name}` })).toBeVisible()
    }
    await expect.poll(async () => (await messenger.conversations.get('c0b0'))?.draft).toBe('First\nSecond')
  })

  it('keeps a draft', async () => {
    const messenger = await open('#c/c0b0')
    await page.getByRole('textbox', { name: 'Message', exact: true }).fill('Not yet')
    await expect.poll(async () => (await messenger.conversations.get('c0b0'))?.draft).toBe('Not yet')
    await open('#c/c0b0', messenger)
    await expect.element(page.getByRole('textbox', { name: 'Message', exact: true })).toHaveValue('Not yet')
  })

  it('tells how far a transfer is', async () => {
    const messenger = await open('#c/c0b0')
    const transfer = { kind: 'download', doneBytes: 1_000_000, totalBytes: 4_000_000 } as const
    const message = messenger.receive('b0', { media: [await picture({ transfer })] })
    const ring = page.getByRole('progressbar', { name: 'Download', exact: true })
    await expect.element(ring).toHaveAttribute('aria-valuetext', '1 MB of 4 MB')
    messenger.setTransfer(message.attachments[0]?.id ?? '', { kind: 'done' })
    await expect.element(ring).not.toBeInTheDocument()
  })

  it('shows media large, one after the other, and gives the focus back', async () => {
    const messenger = await open('#c/c0b0')
    for (const altText of ['One', 'Two']) messenger.receive('b0', { media: [await picture({ altText })] })
    await page.getByRole('button', { name: 'View photo' }).first().click()
    const viewer = page.getByRole('dialog', { name: 'Media viewer', exact: true })
    await expect.element(viewer.getByRole('img', { name: 'One' })).toBeVisible()
    for (const name of ['Save', 'Next', 'Previous', 'Close']) {
      await expect.element(viewer.getByRole('button', { name, exact: true })).toBeVisible()
    }
    await userEvent.keyboard('{ArrowRight}')
    await expect.element(viewer.getByRole('img', { name: 'Two' })).toBeVisible()
    expect(await violations()).toEqual([])
    await userEvent.keyboard('{Escape}')
    await expect.element(viewer).not.toBeInTheDocument()
    await expect.element(page.getByRole('button', { name: 'View photo' }).first()).toHaveFocus()
  })

  it('opens the options of a message inside of the page, wherever the message is', async () => {
    await page.viewport(320, 640)
    const messenger = await open('#c/c0b0')
    messenger.receive('b0', { text: 'a short one, and '.repeat(60) })
    messenger.receive('b0', { text: 'Mine, as wide as it gets, over several lines', mine: { kind: 'sending' } })
    await expect.element(page.getByRole('article', { name: 'You, text' })).toBeVisible()
    for (const article of page.getByRole('article').all()) {
      await article.getByRole('button', { name: 'Message options' }).click()
      const { left, right, top, bottom } = page.getByRole('menu').element().getBoundingClientRect()
      expect(Math.min(left, 320 - right)).toBeGreaterThanOrEqual(0)
      expect(top).toBeGreaterThanOrEqual(document.querySelector('.feed-scroll')?.getBoundingClientRect().top ?? 0)
      expect(bottom).toBeLessThanOrEqual(640)
      await userEvent.keyboard('{Escape}')
    }
  })

  it('has nothing to scroll while all of it fits', async () => {
    await page.viewport(390, 844)
    await open('#c/c0b0')
    await expect.element(page.getByRole('article')).toBeVisible()
    const scroller = document.querySelector('.feed-scroll')
    expect(scroller?.scrollHeight).toBe(scroller?.clientHeight)
  })

  it('opens at the newest of a long history, loads older ones and stays where it is', async () => {
    await page.viewport(390, 844)
    const messenger = ana()
    for (let index = 1; index <= 240; index += 1)
      messenger.receive('b0', { text: `Number ${index}`, sentAt: Date.now() })
    await open('#c/c0b0', messenger)
    await expect.element(page.getByRole('feed').getByText('Number 240', { exact: true })).toBeInViewport()
    const scroller = document.querySelector('.feed-scroll')
    if (scroller === null) throw new Error('no feed')
    const countBefore = articles()
    scroller.scrollTop = 1000
    const before = firstInView(scroller)
    await expect.poll(articles).toBeGreaterThan(countBefore)
    await settled()
    // A page of 50 came in above; heights of what was never in view are estimates, hence the few.
    expect(Math.abs(firstInView(scroller) - before)).toBeLessThan(8)
  })

  it('says aloud who sent what, wherever the person is, and nothing of their own', async () => {
    const messenger = await open('#settings')
    const status = page.getByRole('status').filter({ hasText: 'New from' })
    messenger.receive('b0', { media: [await picture(), await picture()] })
    await expect.element(status).toHaveTextContent('New from Bo: 2 photos')
    const said = status.element().firstElementChild
    messenger.receive('b0', { media: [await picture(), await picture()] })
    await expect.poll(() => status.element().firstElementChild).not.toBe(said)
    await messenger.send('c0b0', { text: 'mine' })
    messenger.receive('b0', { text: 'hello' })
    await expect.element(status).toHaveTextContent('New from Bo: text')
  })

  it('tells that what is in view was seen', async () => {
    const messenger = await open('#c/c0b0')
    messenger.receive('b0', { text: 'new' })
    await expect.poll(async () => (await messenger.conversations.get('c0b0'))?.unread).toBe(0)
  })
})

it('says why it cannot open', async () => {
  document.body.replaceChildren()
  const element = document.body.appendChild(document.createElement('div'))
  const error = Object.assign(new Error('x'), { name: 'StorageError', code: 'unavailable' })
  startApp({ element, channel: new BroadcastChannel('broken'), openMessenger: () => Promise.reject(error) })
  await expect.element(page.getByRole('alert')).toMatchTextContent(/private browsing/)
})

it('says that its connection is not secure', async () => {
  document.body.replaceChildren()
  const element = document.body.appendChild(document.createElement('div'))
  vi.stubGlobal('isSecureContext', false)
  startApp({ element, channel: new BroadcastChannel('insecure'), openMessenger: async () => ana() })
  await expect.element(page.getByRole('alert')).toMatchTextContent(/https/)
})

it('says that the tab which has the profile is asleep, until that tab wakes up', async () => {
  history.replaceState(null, '', '#c/c0b0')
  document.body.replaceChildren()
  const element = document.body.appendChild(document.createElement('div'))
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    startApp({
      element,
      channel: new BroadcastChannel('asleep'),
      openMessenger: () => new Promise(() => undefined),
      isOwnedElsewhere: async () => true,
    })
    await vi.advanceTimersByTimeAsync(4999)
    expect(element.querySelector('[role=alert]')).toBeNull()
    await vi.advanceTimersByTimeAsync(1)
  } finally {
    vi.useRealTimers()
  }
  await expect.element(page.getByRole('alert')).toMatchTextContent(/another tab that is asleep/)
  const other = document.createElement('div')
  startApp({ element: other, channel: new BroadcastChannel('asleep'), openMessenger: async () => ana() })
  await expect.element(page.getByRole('main')).toMatchTextContent(/Hello Ana/)
})

it('opens where site data is blocked', async () => {
  for (const name of ['localStorage', 'sessionStorage']) {
    vi.spyOn(window, name as 'localStorage', 'get').mockImplementation(() => {
      throw new DOMException('blocked', 'SecurityError')
    })
  }
  await open('#c/c0b0')
  setTheme('dark')
  await expect.element(page.getByRole('article', { name: 'Bo, text' })).toBeVisible()
})

function articles(): number {
  return document.querySelectorAll('article').length
}

function firstInView(scroller: Element): number {
  const top = scroller.getBoundingClientRect().top
  const all = [...scroller.querySelectorAll<HTMLElement>('[data-order]')]
  const found = all.find((article) => article.getBoundingClientRect().bottom > top)
  return Number(found?.dataset['order'])
}
