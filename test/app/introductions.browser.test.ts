// Two contacts are made known to each other, and what whoever is introduced sees of it: in a real browser, on a messenger in
// memory.

import { afterEach, describe, expect, it } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { setTheme } from '../../src/app/state/theme.ts'
import '../../src/app/styles/app.css'
import { UsageError } from '../../src/messenger/api.ts'
import { createFakeMessenger } from '../support/fake-messenger.ts'
import type { FakeMessenger } from '../support/fake-messenger.ts'
import { mountApp } from '../support/mount-app.ts'
import { cutOff, violations } from '../support/violations.ts'

const button = (name: string) => page.getByRole('button', { name, exact: true })
const dialog = page.getByRole('dialog', { name: 'Introduce Bo', exact: true })
const radio = (name: string) => dialog.getByRole('radio', { name, exact: true })

function ana(): FakeMessenger {
  const messenger = createFakeMessenger({ name: 'Ana' })
  messenger.addContact({ id: 'b0', name: 'Bo' })
  messenger.addContact({ id: 'c0', name: 'Cem' })
  messenger.addContact({ id: 'd0', name: 'Dev' })
  messenger.addContact({ id: 'e0', name: 'Eva', state: 'asked' })
  messenger.addContact({ id: 'f0', name: 'Fay', state: 'blocked' })
  return messenger
}

afterEach(() => setTheme('system'))

describe('an introduction', () => {
  it('is made from the details of a contact to one other, with a word, by keyboard alone', async () => {
    await page.viewport(1280, 800)
    const messenger = await mountApp('#c/c0b0/about', ana())
    await expect.element(button('Introduce to …')).toBeVisible()
    // Keys go to the frame that was clicked in last.
    await page.getByRole('heading', { name: 'Details', exact: true }).click()
    button('Introduce to …').element().focus()
    await expect.element(button('Introduce to …')).toHaveFocus()
    await userEvent.keyboard('{Enter}')
    await expect.element(radio('Cem')).toBeVisible()
    const offered = dialog
      .getByRole('radio')
      .elements()
      .map((element) => element.closest('label')?.querySelector('bdi')?.textContent)
    // Not themselves, nobody who has not answered, nobody who is blocked.
    expect(offered).toEqual(['Cem', 'Dev'])
    radio('Cem').element().focus()
    await userEvent.keyboard(' {ArrowDown}')
    await expect.element(radio('Dev')).toBeChecked()
    await expect.element(radio('Cem')).not.toBeChecked()
    await dialog.getByRole('textbox', { name: 'A word to both, if you like', exact: true }).fill(' you both sail ')
    await dialog.getByRole('button', { name: 'Introduce', exact: true }).click()
    await expect.element(page.getByRole('status').getByText(/Bo is asked now, and Dev as soon as Bo/)).toBeVisible()
    expect(messenger.introduced).toEqual([{ id: 'b0', toId: 'd0', text: 'you both sail' }])
    await expect.element(button('Introduce to …')).toHaveFocus()
  })

  it('says why it could not be made, and keeps what was written', async () => {
    const messenger = ana()
    messenger.contacts.introduce = () => Promise.reject(new UsageError('unknown-contact'))
    await mountApp('#c/c0b0/about', messenger)
    await button('Introduce to …').click()
    await radio('Cem').click()
    await dialog.getByRole('textbox').fill('you both sail')
    await dialog.getByRole('button', { name: 'Introduce', exact: true }).click()
    await expect.element(dialog.getByRole('alert').getByText(/no longer on this device/)).toBeVisible()
    await expect.element(dialog.getByRole('textbox')).toHaveValue('you both sail')
  })

  it('needs two who have answered', async () => {
    const messenger = createFakeMessenger({ name: 'Ana' })
    messenger.addContact({ id: 'b0', name: 'Bo' })
    messenger.addContact({ id: 'e0', name: 'Eva', state: 'asked' })
    await mountApp('#c/c0b0/about', messenger)
    await button('Introduce to …').click()
    await expect.element(dialog.getByText(/you need another contact who has answered you/)).toBeVisible()
    await mountApp('#c/c0e0/about', messenger)
    await expect.element(button('Block')).toBeVisible()
    await expect.element(button('Introduce to …')).not.toBeInTheDocument()
  })

  for (const theme of ['dark', 'light'] as const)
    for (const width of [1280, 320])
      it(`leaves nothing to object to, ${theme}, ${width} wide`, async () => {
        await page.viewport(width, 800)
        setTheme(theme)
        await mountApp('#c/c0b0/about', ana())
        await button('Introduce to …').click()
        await radio('Cem').click()
        expect(await violations()).toEqual([])
        expect(cutOff(width)).toEqual([])
      })
})

describe('whoever is introduced', () => {
  const requests = page.getByRole('list', { name: 'Requests', exact: true })
  const gil = requests.getByRole('listitem', { name: 'Gil', exact: true })
  const request = {
    id: 'aa11',
    name: 'Gil',
    text: 'you both sail',
    receivedAt: Date.now(),
    fingerprint: '9c'.repeat(32),
    introducedBy: 'Bo',
  }

  it('waits among the requests, with who introduces them and what was said', async () => {
    const messenger = ana()
    messenger.addRequest(request)
    await mountApp('#requests', messenger)
    await expect.element(gil.getByText(/Bo introduces Gil to you/)).toBeVisible()
    await expect.element(gil.getByText('you both sail')).toBeVisible()
    await expect.element(gil.getByRole('button', { name: 'Ignore' })).toBeVisible()
    expect(await violations()).toEqual([])
    await gil.getByRole('button', { name: 'Accept', exact: true }).click()
    // They write first: there is no conversation to open, and that of who introduced them is not it.
    await expect
      .element(
        page.getByRole('status').getByText(/Gil is asked now, and is among your messages as soon as they say yes/),
      )
      .toBeVisible()
    expect(location.hash).toBe('#requests')
  })

  it('is written to at once where they have said yes before', async () => {
    const messenger = ana()
    messenger.addRequest(request, { writesFirst: true })
    await mountApp('#requests', messenger)
    await gil.getByRole('button', { name: 'Accept', exact: true }).click()
    await expect.element(page.getByRole('heading', { name: 'Gil', exact: true })).toBeVisible()
  })

  it('is deleted, or blocked', async () => {
    for (const action of ['Delete', 'Block']) {
      const messenger = ana()
      messenger.addRequest(request)
      await mountApp('#requests', messenger)
      await gil.getByRole('button', { name: action, exact: true }).click()
      await expect.element(page.getByText('No requests are waiting.')).toBeVisible()
      expect(await messenger.requests.list()).toEqual([])
    }
  })
})
