// What is in a tab and nowhere else is asked about before the tab is closed, in a real browser; a tab that loses nothing
// closes without a word.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { page } from 'vitest/browser'
import '../../src/app/styles/app.css'
import { MediaError } from '../../src/messenger/ports.ts'
import { createFakeMessenger } from '../support/fake-messenger.ts'
import type { FakeMessenger } from '../support/fake-messenger.ts'
import { mountApp } from '../support/mount-app.ts'

const button = (name: string) => page.getByRole('button', { name, exact: true })
const link = (name: string) => page.getByRole('link', { name, exact: true })
const add = page.getByLabelText('Add photos or videos')
const chosen = page.getByRole('list', { name: 'Chosen' })
const words = page.getByRole('textbox', { name: 'Words' })
const asksToStay = () => !dispatchEvent(new Event('beforeunload', { cancelable: true }))
const photo = () => new File(['x'], 'sea.jpg', { type: 'image/jpeg' })
let messenger: FakeMessenger

beforeEach(async () => {
  messenger = createFakeMessenger({ name: 'Ana' })
  messenger.addContact({ id: 'b0', name: 'Bo', followsMe: 'approved' })
  messenger.addContact({ id: 'c1', name: 'Cleo' })
  messenger.receive('b0', { text: 'Show me' })
  await page.viewport(1280, 900)
})

afterEach(() => document.body.replaceChildren())

describe('a tab', () => {
  it('closes silently where there is nothing, or only words, which are kept', async () => {
    await mountApp('#c/c0b0', messenger)
    expect(asksToStay()).toBe(false)
    await page.getByRole('textbox', { name: 'Message', exact: true }).fill('At the sea')
    await expect.poll(async () => (await messenger.conversations.get('c0b0'))?.draft).toBe('At the sea')
    expect(asksToStay()).toBe(false)
  })

  it('asks while something is in a tray, also in that of another conversation', async () => {
    await mountApp('#c/c0b0', messenger)
    await add.upload([photo()])
    await expect.element(chosen).toBeVisible()
    expect(asksToStay()).toBe(true)
    location.hash = '#c/c0c1'
    await expect.element(page.getByRole('heading', { name: 'Cleo', level: 1 })).toBeVisible()
    await expect.element(chosen).not.toBeInTheDocument()
    expect(asksToStay()).toBe(true)
    location.hash = '#c/c0b0'
    await chosen.getByRole('button', { name: 'Remove sea.jpg' }).click()
    await expect.element(chosen).not.toBeInTheDocument()
    expect(asksToStay()).toBe(false)
  })

  it('asks no more when it was sent, and does when it could not be prepared', async () => {
    await mountApp('#c/c0b0', messenger)
    await add.upload([photo()])
    await button('Send').click()
    await expect.element(page.getByRole('article', { name: 'You, photo' })).toBeVisible()
    await expect.poll(asksToStay).toBe(false)

    messenger.prepare = async () => {
      throw new MediaError('damaged')
    }
    await add.upload([photo()])
    await button('Send').click()
    const feed = page.getByRole('feed', { name: 'Messages' })
    await expect.element(feed.getByText('Failed', { exact: true })).toBeVisible()
    expect(asksToStay()).toBe(true)
    await link('Settings').click()
    await expect.element(page.getByRole('heading', { name: 'Appearance' })).toBeVisible()
    expect(asksToStay()).toBe(true)
    location.hash = '#c/c0b0'
    await button('Delete').click()
    await expect.poll(asksToStay).toBe(false)
  })

  it('asks while a post is being made, also when its dialog was closed, and no more when it is posted', async () => {
    await mountApp('#posts', messenger)
    await button('New post').click()
    await words.fill('At the sea')
    await expect.poll(asksToStay).toBe(true)
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
    await expect.element(words).not.toBeInTheDocument()
    expect(asksToStay()).toBe(true)
    await button('New post').click()
    await button('Post').click()
    await expect.element(button('View my posts')).toBeVisible()
    expect(asksToStay()).toBe(false)
  })
})
