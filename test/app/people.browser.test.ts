// Who asks, who follows and who may write: in a real browser, on a messenger in memory.

import { afterEach, describe, expect, it, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { setTheme } from '../../src/app/state/theme.ts'
import '../../src/app/styles/app.css'
import { createFakeMessenger } from '../support/fake-messenger.ts'
import type { FakeMessenger } from '../support/fake-messenger.ts'
import { mountApp } from '../support/mount-app.ts'
import { violations } from '../support/violations.ts'

const thumbhash = Uint8Array.from(atob('3OcRJYB4d3h/iIeHeEh3eIhw+j2w'), (letter) => letter.charCodeAt(0))

afterEach(() => {
  vi.restoreAllMocks()
  setTheme('system')
})

function ana(): FakeMessenger {
  const messenger = createFakeMessenger({ name: 'Ana' })
  messenger.addContact({ id: 'b0', name: 'Bo', followsMe: 'asked' })
  messenger.addContact({ id: 'c0', name: 'Cleo', following: true, approvesMe: true, followsMe: 'approved' })
  messenger.addContact({ id: 'd0', name: 'Dev', following: true })
  messenger.addRequest({
    id: 'f1',
    name: 'Ines',
    text: 'We met.',
    receivedAt: Date.now(),
    fingerprint: 'f1'.repeat(32),
    messages: 2,
    previews: [
      { kind: 'photo', width: 800, height: 600, thumbhash },
      { kind: 'photo', width: 800, height: 600, thumbhash: new Uint8Array(3) },
      { kind: 'video', width: 800, height: 600, durationMs: 42_000 },
      { kind: 'voice', width: 0, height: 0, durationMs: 4000 },
      { kind: 'file', width: 0, height: 0 },
    ],
  })
  return messenger
}

const list = (name: string) => page.getByRole('list', { name, exact: true })
const item = (name: string, of = 'Requests') => list(of).getByRole('listitem', { name, exact: true })
const button = (name: string) => page.getByRole('button', { name, exact: true })

describe('a request', () => {
  it('shows words and blurred looks, and asks the messenger for nothing', async () => {
    const messenger = ana()
    const read = vi.spyOn(messenger.media, 'read')
    const asked = vi.spyOn(globalThis, 'fetch')
    await mountApp('#requests', messenger)
    await expect.element(item('Ines').getByText(/We met\./)).toBeVisible()
    await expect
      .element(page.getByText(/2 messages wait, with 2 photos and 1 video and 1 voice message and 1 file\./))
      .toBeVisible()
    // The one whose hash is none has no picture.
    const pictures = item('Ines').element().querySelectorAll('img')
    expect([...pictures].map(({ src }) => src.slice(0, 22))).toEqual(['data:image/png;base64,'])
    expect(item('Ines').getByRole('group', { name: 'Blurred' }).element().children).toHaveLength(5)
    // What it holds is no request.
    expect(list('Requests').getByRole('listitem').elements()).toHaveLength(1)
    expect(read).not.toHaveBeenCalled()
    expect(asked).not.toHaveBeenCalled()
  })

  it('leads to its conversation when it is accepted', async () => {
    await page.viewport(1280, 800)
    await mountApp('#requests', ana())
    await item('Ines').getByRole('button', { name: 'Accept', exact: true }).click()
    await expect.element(page.getByRole('heading', { name: 'Ines', exact: true, level: 1 })).toBeVisible()
  })

  it('leads nowhere when it is accepted after the person has gone elsewhere', async () => {
    await page.viewport(1280, 800)
    const messenger = ana()
    const accept = messenger.requests.accept.bind(messenger.requests)
    const { promise: isAnswered, resolve: answer } = Promise.withResolvers<void>()
    messenger.requests.accept = async (id) => {
      await isAnswered
      return accept(id)
    }
    await mountApp('#requests', messenger)
    const ledOn = vi.spyOn(history, 'pushState')
    await item('Ines').getByRole('button', { name: 'Accept', exact: true }).click()
    await page.getByRole('link', { name: 'Profile', exact: true }).click()
    answer()
    await expect.element(item('Ines', 'Conversations')).toBeVisible()
    await page.getByRole('link', { name: 'Requests', exact: true }).click()
    await expect.element(page.getByText('No requests are waiting.')).toBeVisible()
    expect(ledOn).not.toHaveBeenCalled()
  })

  it('is ignored and taken back by hand', async () => {
    const messenger = await mountApp('#requests', ana())
    await item('Ines').getByRole('button', { name: 'Ignore', exact: true }).click()
    await expect.element(page.getByText('No requests are waiting.')).toBeVisible()
    expect(await messenger.requests.list()).toEqual([])
    await page.getByRole('radio', { name: 'Ignored (1)' }).click()
    await item('Ines', 'Ignored').getByRole('button', { name: 'Back to requests', exact: true }).click()
    await expect.element(page.getByText('Nothing is ignored.')).toBeVisible()
    await page.getByRole('radio', { name: 'Waiting' }).click()
    await expect.element(item('Ines')).toBeVisible()
    // Nothing is ignored, so there is nothing to choose.
    await expect.element(page.getByRole('radio', { name: 'Waiting' })).not.toBeInTheDocument()
  })

  it('of many goes with all that are shown, and with none that came meanwhile', async () => {
    const messenger = ana()
    const add = (id: string) =>
      messenger.addRequest({ id, name: `Stranger ${id}`, receivedAt: Date.now(), fingerprint: id.repeat(16) })
    for (let index = 0; index < 8; index += 1) add(`${index}000`)
    await mountApp('#requests', messenger)
    await expect.element(item('Ines')).toBeVisible()
    // Nine are answered one by one.
    await expect.element(button('Delete all 9')).not.toBeInTheDocument()
    add('8000')
    await button('Delete all 10').click()
    add('9000')
    const dialog = page.getByRole('dialog', { name: 'Delete all requests' })
    await expect.element(dialog.getByText(/All 10 requests/)).toBeVisible()
    expect(await violations()).toEqual([])
    await dialog.getByRole('button', { name: 'Delete all', exact: true }).click()
    await expect.element(dialog).not.toBeInTheDocument()
    expect((await messenger.requests.list()).map(({ id }) => id)).toEqual(['9000'])
    await expect.element(item('Stranger 9000')).toBeVisible()
  })

  it('waits unseen while nobody may write, and the page says so', async () => {
    const messenger = ana()
    await messenger.settings.set({ whoMayWrite: 'nobody' })
    await mountApp('#requests', messenger)
    await expect.element(page.getByText(/Nobody may write to you now/)).toBeVisible()
  })
})

describe('followers', () => {
  it('are approved and declined in the profile', async () => {
    const messenger = await mountApp('#profile', ana())
    const row = (name: string) => list('Followers').getByRole('listitem').filter({ hasText: name })
    await expect.element(row('Bo').getByText(/Asks to follow you/)).toBeVisible()
    await row('Bo').getByRole('button', { name: 'Approve', exact: true }).click()
    await expect.element(row('Bo').getByText(/Follows you, and gets your posts/)).toBeVisible()
    expect((await messenger.contacts.get('b0'))?.followsMe).toBe('approved')
    await row('Cleo').getByRole('button', { name: 'Remove', exact: true }).click()
    await expect.element(row('Cleo')).not.toBeInTheDocument()
    await expect
      .element(list('Following').getByRole('listitem').filter({ hasText: 'Dev' }).getByText('Waits for their word'))
      .toBeVisible()
  })

  it('that are none make an empty list, with a hint beside it', async () => {
    await mountApp('#profile', createFakeMessenger({ name: 'Ana' }))
    await expect.element(page.getByText('Nobody follows you yet.')).toBeVisible()
    for (const name of ['Following', 'Followers']) expect(list(name).getByRole('listitem').elements(), name).toEqual([])
  })

  it('are named in the details of a contact, in words', async () => {
    await page.viewport(1280, 800)
    await mountApp('#c/c0c0/about', ana())
    await expect.element(page.getByText('You follow, and get their posts.')).toBeVisible()
    await expect.element(page.getByText('Follows you, and gets your posts.')).toBeVisible()
    await mountApp('#c/c0b0/about', ana())
    await expect.element(page.getByText('Asks to follow you: that needs your word.')).toBeVisible()
    await button('Decline').click()
    await expect.element(page.getByText('Asks to follow you: that needs your word.')).not.toBeInTheDocument()
    await button('Follow').click()
    await expect.element(page.getByText('You follow, and wait for their word.')).toBeVisible()
  })
})

describe('the follow list', () => {
  it('has its last change taken back', async () => {
    const messenger = ana()
    await messenger.follows.remove('c0')
    await mountApp('#profile', messenger)
    await expect.element(page.getByText(/You do not follow Cleo any more/)).toBeVisible()
    await button('Undo').click()
    await expect.element(page.getByRole('status').filter({ hasText: 'You follow Cleo.' })).toBeVisible()
    expect(await messenger.follows.list()).toContain('c0')
  })

  it('is exported and imported as a file, with what came of it', async () => {
    const messenger = ana()
    await messenger.follows.add('b0')
    await mountApp('#profile', messenger)
    const saved = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined)
    await button('Export list').click()
    await expect.poll(() => saved.mock.instances.length).toBe(1)
    const [link] = saved.mock.instances
    if (!(link instanceof HTMLAnchorElement)) throw new Error('nothing was saved')
    expect(link.download).toMatch(/^Safelight follows \d{4}-\d\d-\d\d\.json$/)
    expect(await (await fetch(link.href)).text()).toContain('Bo')
    const choose = page.getByLabelText('Import list')
    await userEvent.upload(choose, new File(['[]'], 'list.json'))
    await expect.element(page.getByText(/The lists were merged: 2 entries are different now/)).toBeVisible()
    await userEvent.upload(choose, new File(['{'], 'list.json'))
    await expect.element(page.getByRole('alert').getByText(/This file is no follow list/)).toBeVisible()
  })
})

describe('who may write to me', () => {
  it('is chosen in the settings, with what it means', async () => {
    const messenger = await mountApp('#settings', ana())
    const group = page.getByRole('group', { name: 'Who may write to me' })
    await expect.element(group.getByRole('radio', { name: 'People I follow' })).toBeChecked()
    await group.getByRole('radio', { name: 'Nobody' }).click()
    await expect.poll(async () => (await messenger.settings.get()).whoMayWrite).toBe('nobody')
    await expect.element(group.getByRole('radio', { name: 'Nobody' })).toHaveAccessibleDescription(/kept unseen/)
    await page.getByRole('switch', { name: 'Followers need my word' }).click()
    await expect.poll(async () => (await messenger.settings.get()).openFollowers).toBe(true)
  })
})

describe('accessibility', () => {
  for (const theme of ['dark', 'light'] as const)
    for (const width of [1280, 320])
      it(`has nothing to object to, ${theme}, ${width} wide`, async () => {
        await page.viewport(width, 800)
        setTheme(theme)
        const messenger = ana()
        await messenger.follows.add('b0')
        for (const hash of ['#requests', '#profile', '#settings', '#c/c0b0/about']) {
          await mountApp(hash, messenger)
          await expect.poll(() => document.querySelector('[role=main] h1')).not.toBeNull()
          expect(await violations(), hash).toEqual([])
          expect(document.documentElement.scrollWidth, hash).toBeLessThanOrEqual(width)
        }
      })
})
