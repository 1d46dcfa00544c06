// One thing to several people, each alone: in a real browser, on a messenger in memory.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { page } from 'vitest/browser'
import { setTheme } from '../../src/app/state/theme.ts'
import '../../src/app/styles/app.css'
import { createFakeMessenger } from '../support/fake-messenger.ts'
import type { FakeMessenger } from '../support/fake-messenger.ts'
import { mountApp } from '../support/mount-app.ts'
import { cutOff, violations } from '../support/violations.ts'

const named = (role: 'button' | 'textbox' | 'dialog' | 'checkbox' | 'radio', name: string) =>
  page.getByRole(role, { name, exact: true })
const dialog = named('dialog', 'Send separately')
const sentTo = dialog.getByRole('list', { name: 'Sent to', exact: true })
const row = (name: string) => sentTo.getByRole('listitem', { name, exact: true })
const words = dialog.getByRole('textbox', { name: 'Words', exact: true })

let messenger: FakeMessenger

beforeEach(async () => {
  await page.viewport(390, 844)
  messenger = createFakeMessenger({ name: 'Ana' })
  messenger.addContact({ id: 'b0', name: 'Bo' })
  messenger.addContact({ id: 'c0', name: 'Cem' })
  messenger.addContact({ id: 'd0', name: 'Eva', state: 'asked' })
})

afterEach(() => setTheme('system'))

/** Bo and Cem are chosen. */
async function choose(way: 'One group' | 'Separately'): Promise<void> {
  await mountApp('', messenger)
  await named('button', 'New message').click()
  await expect.element(named('radio', way)).not.toBeInTheDocument()
  await named('checkbox', 'Bo').click()
  await named('checkbox', 'Cem').click()
  await named('radio', way).click()
}

async function photo(): Promise<File> {
  const canvas = new OffscreenCanvas(80, 60)
  canvas.getContext('2d')?.fillRect(0, 0, 80, 60)
  return new File([await canvas.convertToBlob({ type: 'image/jpeg' })], 'sea.jpg', { type: 'image/jpeg' })
}

const textsOf = async (conversationId: string) =>
  (await messenger.conversations.page(conversationId)).map(({ text }) => text)

describe('several people', () => {
  it('are one group or written to separately, and that is one choice', async () => {
    await choose('Separately')
    await expect.element(named('button', 'Make group')).not.toBeInTheDocument()
    // Who has not answered yet can be written to, and be in no group.
    await page.getByRole('checkbox', { name: /Eva/ }).click()
    await expect.element(page.getByText(/3 of 256 people chosen/)).toBeVisible()
    await named('radio', 'One group').click()
    await expect.element(page.getByRole('checkbox', { name: /Eva/ })).not.toBeChecked()
    await expect.element(page.getByRole('checkbox', { name: /Eva/ })).toBeDisabled()
    await expect.element(named('button', 'Make group')).toBeEnabled()
  })
})

describe('what is sent separately', () => {
  it('goes to each in the conversation of the two, and says how far it is with each', async () => {
    await choose('Separately')
    await named('button', 'Write to each').click()
    await expect.element(dialog.getByText(/To Bo, Cem\./)).toBeVisible()
    await expect.element(named('button', 'Send to 2 people')).toBeDisabled()
    await page.getByLabelText('Add photos or videos').upload(await photo())
    await words.fill('At the sea')
    await named('button', 'Send to 2 people').click()
    await expect.element(dialog.getByRole('status').getByText('On its way to 2 of 2.')).toBeVisible()
    expect(await textsOf('c0b0')).toEqual(['At the sea'])
    expect(await textsOf('c0c0')).toEqual(['At the sea'])
    const [toBo] = await messenger.conversations.page('c0b0')
    const [toCem] = await messenger.conversations.page('c0c0')
    expect(toBo?.attachments).toHaveLength(1)
    expect(toBo?.recipients.map(({ name }) => name)).toEqual(['Bo'])
    await expect.element(row('Bo').getByText('Sending', { exact: true })).toBeVisible()
    messenger.setState(toBo?.id ?? '', { kind: 'delivered', at: Date.now() })
    messenger.setState(toCem?.id ?? '', { kind: 'failed', reason: 'relay-full' })
    await expect.element(row('Bo').getByText('Delivered', { exact: true })).toBeVisible()
    await expect.element(row('Cem').getByText(/^Failed\. The relay is full/)).toBeVisible()
    await row('Bo').getByRole('link', { name: 'Bo', exact: true }).click()
    await expect.element(page.getByRole('heading', { name: 'Bo', exact: true })).toBeVisible()
    await expect.element(page.getByRole('article', { name: /^You, / })).toBeVisible()
  })

  it('does not stop at who cannot be sent to, and is tried again with those alone', async () => {
    messenger.unreachable.add('c0')
    await choose('Separately')
    await named('button', 'Write to each').click()
    await words.fill('Hello')
    await named('button', 'Send to 2 people').click()
    await expect.element(dialog.getByRole('status').getByText('On its way to 1 of 2.')).toBeVisible()
    await expect.element(row('Cem').getByText(/You have blocked this contact/)).toBeVisible()
    messenger.unreachable.clear()
    await named('button', 'Try again').click()
    await expect.element(dialog.getByRole('status').getByText('On its way to 2 of 2.')).toBeVisible()
    expect(await textsOf('c0b0')).toEqual(['Hello'])
    expect(await textsOf('c0c0')).toEqual(['Hello'])
    await expect.element(named('button', 'Try again')).not.toBeInTheDocument()
    await named('button', 'Done').click()
    await expect.element(dialog).not.toBeInTheDocument()
  })

  it('shows how far its preparation is, can be cancelled, and keeps what was chosen', async () => {
    const begun = Promise.withResolvers<AbortSignal | undefined>()
    vi.spyOn(messenger, 'broadcast').mockImplementation((_ids, _draft, { onProgress, signal } = {}) => {
      onProgress?.(0.4)
      begun.resolve(signal)
      return new Promise((_, reject) =>
        signal?.addEventListener('abort', () => reject(new DOMException('cancelled', 'AbortError'))),
      )
    })
    await choose('Separately')
    await named('button', 'Write to each').click()
    await words.fill('Hello')
    await named('button', 'Send to 2 people').click()
    await begun.promise
    await expect.element(dialog.getByRole('progressbar', { name: 'Preparing' })).toHaveAttribute('aria-valuenow', '40')
    await named('button', 'Cancel').click()
    await expect.element(named('button', 'Send to 2 people')).toBeEnabled()
    await expect.element(words).toHaveValue('Hello')
    // Also when the person looks elsewhere in between.
    await dialog.getByRole('button', { name: 'Close', exact: true }).click()
    await named('button', 'New message').click()
    await named('checkbox', 'Bo').click()
    await named('checkbox', 'Cem').click()
    await named('radio', 'Separately').click()
    await named('button', 'Write to each').click()
    await expect.element(words).toHaveValue('Hello')
  })

  for (const theme of ['dark', 'light'] as const)
    for (const width of [1280, 320])
      it(`leaves nothing to object to, ${theme}, ${width} wide`, async () => {
        await page.viewport(width, 800)
        setTheme(theme)
        messenger.unreachable.add('c0')
        await choose('Separately')
        expect(await violations(), 'choosing').toEqual([])
        expect(cutOff(width)).toEqual([])
        await named('button', 'Write to each').click()
        await page.getByLabelText('Add photos or videos').upload(await photo())
        await words.fill('Hello')
        await expect.element(dialog.getByRole('group', { name: 'Quality' })).toBeVisible()
        expect(await violations(), 'writing').toEqual([])
        expect(cutOff(width)).toEqual([])
        await named('button', 'Send to 2 people').click()
        await expect.element(row('Cem')).toBeVisible()
        expect(await violations(), 'sent').toEqual([])
        expect(cutOff(width)).toEqual([])
      })
})
