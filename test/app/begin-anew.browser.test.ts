// Invites of people who are contacts already, and beginning anew with one whom this device cannot hear any more.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { page } from 'vitest/browser'
import { setTheme } from '../../src/app/state/theme.ts'
import '../../src/app/styles/app.css'
import type { ContactView } from '../../src/messenger/api.ts'
import { createFakeMessenger } from '../support/fake-messenger.ts'
import type { FakeMessenger } from '../support/fake-messenger.ts'
import { mountApp } from '../support/mount-app.ts'
import { violations } from '../support/violations.ts'

/** Every invite that the fake messenger reads is of this account. */
const fingerprint = 'b0'.repeat(32)
const link = 'https://relay.example/#i/c2VjcmV0'
let messenger: FakeMessenger

const button = (name: string) => page.getByRole('button', { name, exact: true })
const bo = async (): Promise<ContactView | undefined> => messenger.contacts.get('b0')
const conversation = page.getByRole('feed', { name: 'Messages' })

beforeEach(async () => {
  await page.viewport(1280, 900)
  messenger = createFakeMessenger({ name: 'Ana' })
})
afterEach(() => {
  setTheme('system')
  sessionStorage.clear()
})

describe('an invite of a contact', () => {
  it('only opens the conversation, unless the person says that nothing is delivered any more', async () => {
    messenger.addContact({ id: 'b0', name: 'Bo', fingerprint })
    await mountApp('#i/c2VjcmV0', messenger)
    await expect.element(page.getByText(/a contact of yours: to connect only opens/)).toBeVisible()
    await button('Connect').click()
    await expect.element(conversation).toBeInTheDocument()
    expect(messenger.asked).toEqual([])
  })

  it('begins anew after asking, and says what is kept', async () => {
    messenger.addContact({ id: 'b0', name: 'Bo', fingerprint })
    await mountApp('#i/c2VjcmV0', messenger)
    await button('Begin anew').click()
    const question = page.getByRole('dialog', { name: 'Begin anew with Bo' })
    await expect.element(question.getByText(/Everything in this conversation stays/)).toBeVisible()
    await question.getByRole('button', { name: 'Cancel' }).click()
    expect(messenger.asked).toEqual([])
    await button('Begin anew').click()
    await question.getByRole('button', { name: 'Begin anew' }).click()
    await expect.element(conversation).toBeInTheDocument()
    expect(messenger.asked).toMatchObject([{ anew: true }])
    expect((await bo())?.state).toBe('asked')
  })

  it('begins anew by Connect alone where this device cannot hear them', async () => {
    messenger.addContact({ id: 'b0', name: 'Bo', fingerprint, trouble: 'cut-off' })
    await mountApp('#i/c2VjcmV0', messenger)
    await expect.element(page.getByText(/To connect is to begin anew/)).toBeVisible()
    await expect.element(button('Begin anew')).not.toBeInTheDocument()
    await button('Connect').click()
    await expect.element(conversation).toBeInTheDocument()
    expect(messenger.asked).toMatchObject([{ anew: true }])
  })

  it('asks nobody who is blocked', async () => {
    messenger.addContact({ id: 'b0', name: 'Bo', fingerprint, state: 'blocked' })
    await mountApp('#i/c2VjcmV0', messenger)
    await expect.element(page.getByText(/whom you have blocked/)).toBeVisible()
    await expect.element(button('Connect')).not.toBeInTheDocument()
    await page.getByRole('link', { name: 'Open conversation' }).click()
    await expect.element(button('Unblock')).toBeVisible()
  })

  it('says that it was answered already, or that they asked first', async () => {
    messenger.addContact({ id: 'b0', name: 'Bo', fingerprint, state: 'asked' })
    await mountApp('#i/c2VjcmV0', messenger)
    await expect.element(page.getByText(/whom you have asked already/)).toBeVisible()
    messenger = createFakeMessenger({ name: 'Ana' })
    messenger.addRequest({ id: 'b0', name: 'Bo', receivedAt: Date.now(), fingerprint })
    await mountApp('#i/c2VjcmV0', messenger)
    await expect.element(page.getByText(/have asked you already/)).toBeVisible()
  })
})

describe('a contact whom this device cannot hear any more', () => {
  const notice = page.getByRole('region', { name: 'Connection lost' })
  const field = page.getByRole('textbox', { name: 'Bo’s new invite' })

  it('comes back by a new invite that is pasted in the conversation', async () => {
    messenger.addContact({ id: 'b0', name: 'Bo', fingerprint })
    await mountApp('#c/c0b0', messenger)
    await expect.element(conversation).toBeInTheDocument()
    await expect.element(notice).not.toBeInTheDocument()
    messenger.setTrouble('b0', 'cut-off')
    await expect.element(notice.getByText(/what you write is kept here/)).toBeVisible()
    messenger.setTrouble('b0', 'unreadable')
    await expect.element(notice.getByText(/a relay damages what it carries/)).toBeVisible()
    await notice.getByRole('button', { name: 'Begin anew' }).click()
    await field.fill('no link')
    await button('Go on').click()
    await expect.element(page.getByRole('dialog').getByText(/not a complete invite link/)).toBeVisible()
    await field.fill(` ${link} `)
    await button('Go on').click()
    expect(messenger.asked).toEqual([])
    await page.getByRole('dialog', { name: 'Begin anew with Bo' }).getByRole('button', { name: 'Begin anew' }).click()
    await expect.element(notice).not.toBeInTheDocument()
    expect(messenger.asked).toEqual([{ link, anew: true }])
    await expect.element(page.getByText('Waiting for an answer').first()).toBeVisible()
  })

  it('is not exchanged for another account by a pasted invite', async () => {
    messenger.addContact({ id: 'c1', name: 'Cleo', trouble: 'cut-off' })
    await mountApp('#c/c0c1', messenger)
    await notice.getByRole('button', { name: 'Begin anew' }).click()
    await page.getByRole('textbox', { name: 'Cleo’s new invite' }).fill(link)
    await button('Go on').click()
    await expect.element(page.getByRole('alert').getByText(/of another account, which calls itself Bo/)).toBeVisible()
    expect(messenger.asked).toEqual([])
  })

  for (const theme of ['dark', 'light'] as const) {
    it(`is accessible with its questions and fits, ${theme}`, async () => {
      setTheme(theme)
      await page.viewport(320, 720)
      messenger.addContact({ id: 'b0', name: 'Bo', fingerprint, trouble: 'cut-off' })
      messenger.receive('b0', { text: 'Are you there?' })
      await mountApp('#c/c0b0', messenger)
      await expect.element(notice).toBeVisible()
      expect(await violations(), 'notice').toEqual([])
      await notice.getByRole('button', { name: 'Begin anew' }).click()
      expect(await violations(), 'pasting').toEqual([])
      await field.fill(link)
      await button('Go on').click()
      await expect.element(page.getByRole('dialog', { name: 'Begin anew with Bo' })).toBeVisible()
      expect(await violations(), 'asking').toEqual([])
      await mountApp('#i/c2VjcmV0', messenger)
      await expect.element(page.getByText(/To connect is to begin anew/)).toBeVisible()
      expect(await violations(), 'invite').toEqual([])
      expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(320)
    })
  }
})
