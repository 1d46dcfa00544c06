// Verifying a contact in a real browser: the number, the code, the camera and what it refuses, the mark.

import { encodeQR } from 'qr'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { setTheme } from '../../src/app/state/theme.ts'
import '../../src/app/styles/app.css'
import { createFakeMessenger } from '../support/fake-messenger.ts'
import type { FakeMessenger } from '../support/fake-messenger.ts'
import { mountApp } from '../support/mount-app.ts'
import { violations } from '../support/violations.ts'

let messenger: FakeMessenger

beforeEach(async () => {
  await page.viewport(1280, 900)
  messenger = createFakeMessenger({ name: 'Ana' })
  messenger.addContact({ id: 'b0', name: 'Bo' })
  messenger.addContact({ id: 'c1', name: 'Cleo' })
  await mountApp('#c/c0b0/verify', messenger)
})
afterEach(() => {
  vi.restoreAllMocks()
  setTheme('system')
})

/** The code as a photo of somebody's screen shows it. */
async function drawn(text: string): Promise<HTMLCanvasElement> {
  const rows = encodeQR(text, 'raw', { ecc: 'low', border: 4 })
  const canvas = document.createElement('canvas')
  canvas.width = 640
  canvas.height = 480
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('no canvas')
  context.fillStyle = '#c9c4bd'
  context.fillRect(0, 0, 640, 480)
  context.translate(140, 40)
  const size = 400 / rows.length
  for (const [y, row] of rows.entries()) {
    for (const [x, dark] of row.entries()) {
      context.fillStyle = dark ? '#221a18' : '#f4f2f0'
      context.fillRect(x * size, y * size, size + 0.5, size + 0.5)
    }
  }
  return canvas
}
async function photo(canvas: HTMLCanvasElement): Promise<File> {
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.8))
  return new File([blob ?? ''], 'screen.jpg', { type: 'image/jpeg' })
}
const codeOf = async (id: string) => (await messenger.contacts.safetyNumber(id)).qr
const refuse = (name: string) =>
  vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockRejectedValue(new DOMException('no', name))
const scan = () => page.getByRole('button', { name: 'Scan their code' }).click()
const dialog = page.getByRole('dialog', { name: 'Scan code' })

describe('the safety number', () => {
  it('is there in twelve groups of five, beside a code to scan', async () => {
    const field = page.getByRole('textbox', { name: 'Safety number', exact: true })
    await expect.element(field).toHaveAttribute('readonly')
    await expect.element(field).toHaveValue(Array.from({ length: 6 }, () => '01234 56789').join(' '))
    await expect.element(page.getByRole('img', { name: 'Verification QR code' })).toBeVisible()
  })
})

describe('the mark', () => {
  it('is set, shown beside the name wherever it stands, and taken back', async () => {
    const heading = () => document.querySelector('.conversation-title')?.textContent
    const item = page.getByRole('list', { name: 'Conversations' }).getByRole('listitem', { name: 'Bo' })
    expect(heading()).not.toContain('Verified')
    await page.getByRole('button', { name: 'Mark as verified' }).click()
    await expect.element(page.getByText('You verified Bo.')).toBeVisible()
    expect((await messenger.contacts.get('b0'))?.verified).toBe(true)
    expect(heading()).toContain('Verified')
    await expect.element(item.getByText('Verified')).toBeInTheDocument()
    await expect.element(page.getByRole('heading', { name: 'Bo', exact: true })).toBeVisible()
    await page.getByRole('button', { name: 'Remove verification' }).click()
    await expect.element(page.getByRole('button', { name: 'Mark as verified' })).toBeVisible()
    expect(heading()).not.toContain('Verified')
    await expect.element(item.getByText('Verified')).not.toBeInTheDocument()
  })
})

describe('scanning', () => {
  it('asks for the camera when it is wanted, finds the code, and lets the camera go', async () => {
    const canvas = await drawn(await codeOf('b0'))
    const stream = canvas.captureStream(20)
    // A canvas that nobody draws on gives no frames.
    const painting = setInterval(() => canvas.getContext('2d')?.fillRect(0, 0, 1, 1), 50)
    const asked = vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockResolvedValue(stream)
    expect(asked).not.toHaveBeenCalled()
    await scan()
    await expect.element(page.getByRole('status').filter({ hasText: 'It matches' })).toBeVisible()
    clearInterval(painting)
    expect(asked).toHaveBeenCalledOnce()
    await expect.element(dialog).not.toBeInTheDocument()
    await expect.poll(() => stream.getTracks().map(({ readyState }) => readyState)).toEqual(['ended'])
    // Comparing marks nobody: the person does.
    expect((await messenger.contacts.get('b0'))?.verified).toBe(false)
  })

  it('says why there is no camera, and takes a chosen picture instead', async () => {
    refuse('NotAllowedError')
    await scan()
    await expect.element(dialog.getByRole('alert').filter({ hasText: 'does not allow the camera' })).toBeVisible()
    const input = dialog.getByLabelText('Choose a picture of the code')
    await userEvent.upload(input, await photo(await drawn(await codeOf('c1'))))
    await expect.element(page.getByRole('alert').filter({ hasText: 'It does not match' })).toBeVisible()
    await expect.element(dialog).not.toBeInTheDocument()
  })

  it('offers no mark below a code that does not match, until one does', async () => {
    refuse('NotFoundError')
    const mark = page.getByRole('button', { name: 'Mark as verified' })
    const input = dialog.getByLabelText('Choose a picture of the code')
    await expect.element(mark).toBeVisible()
    await scan()
    await userEvent.upload(input, await photo(await drawn(await codeOf('c1'))))
    await expect.element(page.getByRole('alert').filter({ hasText: 'It does not match' })).toBeVisible()
    await expect.element(mark).not.toBeInTheDocument()
    await scan()
    await userEvent.upload(input, await photo(await drawn(await codeOf('b0'))))
    await expect.element(page.getByRole('status').filter({ hasText: 'It matches' })).toBeVisible()
    await expect.element(mark).toBeVisible()
  })

  it('takes a pasted picture', async () => {
    refuse('NotFoundError')
    await scan()
    await expect.element(dialog.getByRole('alert').filter({ hasText: 'no camera on this device' })).toBeVisible()
    const clipboardData = new DataTransfer()
    clipboardData.items.add(await photo(await drawn(await codeOf('b0'))))
    document.dispatchEvent(new ClipboardEvent('paste', { clipboardData }))
    await expect.element(page.getByRole('status').filter({ hasText: 'It matches' })).toBeVisible()
  })

  it('stays open for another try when a picture has no code, or another kind of code', async () => {
    refuse('NotFoundError')
    await scan()
    const input = dialog.getByLabelText('Choose a picture of the code')
    const blank = document.createElement('canvas')
    await userEvent.upload(input, await photo(blank))
    await expect.element(dialog.getByRole('alert').filter({ hasText: 'no code in this picture' })).toBeVisible()
    await userEvent.upload(input, new File(['no picture'], 'notes.jpg', { type: 'image/jpeg' }))
    await expect.element(dialog.getByRole('alert').filter({ hasText: 'no code in this picture' })).toBeVisible()
    await userEvent.upload(input, await photo(await drawn('https://example.org/')))
    await expect.element(dialog.getByRole('alert').filter({ hasText: 'no code for verifying' })).toBeVisible()
    await userEvent.upload(input, await photo(await drawn(await codeOf('b0'))))
    await expect.element(page.getByRole('status').filter({ hasText: 'It matches' })).toBeVisible()
  })
})

describe('keys that changed', () => {
  const theirs = page.getByRole('button', { name: 'These are theirs' })
  const notTheirs = page.getByRole('button', { name: 'Not theirs' })
  const word = (name: string) => page.getByRole('dialog').getByRole('button', { name, exact: true })
  const heading = () => document.querySelector('.conversation-title')?.textContent
  const waiting = page.getByText(/^Sending to Bo waits/)

  beforeEach(async () => {
    location.hash = '#c/c0b0'
    await expect.element(page.getByRole('button', { name: 'Mark as verified' })).not.toBeInTheDocument()
  })

  it('are a quiet line while the contact is not verified', async () => {
    messenger.setKeys('b0', 'changed')
    await expect.element(page.getByRole('status').filter({ hasText: 'Bo’s keys changed' })).toBeVisible()
    await expect.element(page.getByRole('link', { name: 'Verify Bo', exact: true })).toBeVisible()
    await expect.element(waiting).not.toBeInTheDocument()
    await theirs.click()
    await word('Use these keys').click()
    await expect.element(theirs).not.toBeInTheDocument()
    expect((await messenger.contacts.get('b0'))?.keys).toBe('known')
  })

  it('are named once in the details, and take no heading from the contact', async () => {
    await page.viewport(1280, 800)
    messenger.setKeys('b0', 'changed')
    location.hash = '#c/c0b0/about'
    await expect.element(page.getByRole('heading', { name: 'Details' })).toBeVisible()
    await expect.element(page.getByRole('region', { name: 'Keys' })).toBeVisible()
    expect(page.getByRole('link', { name: 'Verify Bo' }).elements()).toHaveLength(1)
    expect(page.getByRole('heading', { name: 'Bo' }).elements()).toHaveLength(1)
    await theirs.click()
    await word('Use these keys').click()
    await expect.element(page.getByRole('region', { name: 'Keys' })).not.toBeInTheDocument()
    expect(page.getByRole('link', { name: 'Verify Bo' }).elements()).toHaveLength(1)
  })

  it('stop sending to a verified contact until the person decides, and take the mark away', async () => {
    await messenger.contacts.setVerified('b0', true)
    await expect.poll(heading).toContain('Verified')
    messenger.setKeys('b0', 'changed')
    await expect.element(page.getByRole('alert').filter({ hasText: 'Bo’s keys changed: sending waits' })).toBeVisible()
    await expect.element(waiting).toBeVisible()
    expect(heading()).not.toContain('Verified')
    const item = page.getByRole('list', { name: 'Conversations' }).getByRole('listitem', { name: 'Bo' })
    await expect.element(item.getByText(/sending waits$/)).toBeVisible()
    await page.getByRole('link', { name: 'Verify Bo', exact: true }).click()
    await expect.element(page.getByRole('textbox', { name: 'Safety number' })).toBeVisible()
    await expect.element(page.getByRole('button', { name: 'Remove verification' })).not.toBeInTheDocument()
    await theirs.click()
    await expect.element(page.getByRole('dialog').getByText(/mark as verified/)).toBeVisible()
    await word('Use these keys').click()
    await expect.element(page.getByRole('button', { name: 'Mark as verified' })).toBeVisible()
    await expect.element(waiting).not.toBeInTheDocument()
  })

  it('that contradict each other stop sending to anybody, in plain words', async () => {
    messenger.setKeys('b0', 'conflict')
    await expect.element(page.getByRole('alert').filter({ hasText: 'keys contradict each other' })).toBeVisible()
    await expect.element(waiting).toBeVisible()
    // What is written meanwhile is kept, not refused.
    await page.getByRole('textbox', { name: 'Message', exact: true }).fill('Is that you?')
    await userEvent.keyboard('{Enter}')
    await expect.element(page.getByRole('article', { name: 'You, text' })).toBeVisible()
  })

  it('say how much waits aside, and bring it in when they are the contact’s', async () => {
    messenger.setKeys('b0', 'changed', 2)
    const notice = page.getByRole('region', { name: 'Keys' })
    await expect.element(notice.getByText('2 messages wait, unread, until you decide.')).toBeVisible()
    await theirs.click()
    // Nothing happens before it was asked.
    await word('Cancel').click()
    expect((await messenger.contacts.get('b0'))?.aside).toEqual({ messages: 2 })
    await theirs.click()
    await word('Use these keys').click()
    await expect.element(page.getByRole('article', { name: 'Bo, text' }).nth(1)).toBeVisible()
    await expect.element(notice).not.toBeInTheDocument()
  })

  it('are refused with what came of them, and the mark stays', async () => {
    await messenger.contacts.setVerified('b0', true)
    messenger.setKeys('b0', 'changed', 1)
    await expect.element(page.getByText('1 message waits, unread, until you decide.')).toBeVisible()
    await notTheirs.click()
    await expect.element(page.getByRole('dialog').getByText(/deleted unread/)).toBeVisible()
    await word('Refuse these keys').click()
    await expect.element(notTheirs).not.toBeInTheDocument()
    await expect.poll(heading).toContain('Verified')
    expect(page.getByRole('article').elements()).toHaveLength(0)
  })

  it('of a device that proved itself cannot be refused: the contact can be blocked', async () => {
    messenger.setKeys('b0', 'changed')
    await notTheirs.click()
    await word('Block Bo').click()
    await expect.element(page.getByText('You blocked Bo. Nothing of them arrives.')).toBeVisible()
    await expect.element(notTheirs).not.toBeInTheDocument()
  })

  it('are decided about on the contact’s own page too', async () => {
    messenger.setKeys('b0', 'changed', 0)
    await page.getByRole('link', { name: 'Details' }).click()
    await expect.element(page.getByRole('region', { name: 'Keys' })).toHaveLength(1)
    await expect.element(page.getByText('They have written nothing yet.')).toBeVisible()
    await notTheirs.click()
    await word('Refuse these keys').click()
    await expect.element(page.getByRole('region', { name: 'Keys' })).not.toBeInTheDocument()
  })

  for (const theme of ['dark', 'light'] as const) {
    for (const width of [320, 1280]) {
      it(`is accessible with its questions and fits at ${width} px, ${theme}`, async () => {
        setTheme(theme)
        await page.viewport(width, 720)
        messenger.receive('b0', { text: 'It is me' })
        messenger.setKeys('b0', 'changed', 3)
        await expect.element(notTheirs).toBeVisible()
        expect(await violations(), 'conversation').toEqual([])
        await notTheirs.click()
        expect(await violations(), 'question').toEqual([])
        await userEvent.keyboard('{Escape}')
        await messenger.contacts.setVerified('b0', true)
        await page.getByRole('link', { name: 'Verify Bo', exact: true }).click()
        await expect.element(page.getByRole('textbox', { name: 'Safety number' })).toBeVisible()
        expect(await violations(), 'verify').toEqual([])
        expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width)
      })
    }
  }
})
