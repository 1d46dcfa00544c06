// Names that people and tests find things by stand for one thing on each page, also where only a part of a name is looked for.

import { afterEach, describe, expect, it } from 'vitest'
import { page } from 'vitest/browser'
import '../../src/app/styles/app.css'
import { createFakeMessenger } from '../support/fake-messenger.ts'
import type { FakeMessenger } from '../support/fake-messenger.ts'
import { mountApp } from '../support/mount-app.ts'

afterEach(() => document.body.replaceChildren())

/** Somebody to whom all has happened that brings a link with it. */
async function ana(): Promise<FakeMessenger> {
  const messenger = createFakeMessenger({ name: 'Ana' })
  messenger.addContact({ id: 'b0', name: 'Bo', following: true, followsMe: 'asked' })
  messenger.addContact({ id: 'c1', name: 'Cleo', followsMe: 'approved', keys: 'changed' })
  messenger.receive('b0', { text: 'Hello' })
  messenger.addRequest({ id: 'f1', name: 'Ines', receivedAt: Date.now(), fingerprint: 'f1'.repeat(32) })
  const data = new Blob(['x'], { type: 'image/jpeg' })
  const media = [{ kind: 'photo', data, width: 80, height: 60 }] as const
  messenger.addPost('b0', { media })
  messenger.addPost(undefined, { media })
  await messenger.settings.set({ whoMayWrite: 'nobody' })
  return messenger
}

describe('the links of the navigation', () => {
  it.each([
    ['#requests', 'Requests'],
    ['#posts', 'My posts'],
    ['#profile', 'Followers'],
    ['#settings', 'Under way'],
    ['#c/c0b0/about', 'Details'],
    ['#c/c0c1/about', 'Details'],
  ])('are the only ones of their names at %s', async (hash, heading) => {
    await page.viewport(1280, 900)
    await mountApp(hash, await ana())
    await expect.element(page.getByRole('heading', { name: heading, exact: true })).toBeVisible()
    const names = ['Requests', 'Posts', 'Profile', 'Settings']
    const counts = () => names.map((name) => page.getByRole('link', { name }).elements().length)
    await expect.poll(counts).toEqual([1, 1, 1, 1])
  })

  it('are no others either where somebody reads what media take', async () => {
    await mountApp('#settings', await ana())
    await expect.element(page.getByRole('listitem').getByText('Posts of Bo')).toBeVisible()
    expect(page.getByRole('link', { name: 'Posts' }).elements()).toHaveLength(1)
  })
})
