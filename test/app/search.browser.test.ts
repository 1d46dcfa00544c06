// What is found, and the way to it: in a real browser, on a messenger in memory.

import { afterEach, describe, expect, it } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { setTheme } from '../../src/app/state/theme.ts'
import '../../src/app/styles/app.css'
import { createFakeMessenger } from '../support/fake-messenger.ts'
import type { FakeMessenger } from '../support/fake-messenger.ts'
import { mountApp } from '../support/mount-app.ts'
import { violations } from '../support/violations.ts'

afterEach(() => setTheme('system'))

function ana(): FakeMessenger {
  const messenger = createFakeMessenger({ name: 'Ana' })
  messenger.addContact({ id: 'b0', name: 'Bo' })
  messenger.addContact({ id: 'c0', name: 'Cleo' })
  return messenger
}

const list = (name: string) => page.getByRole('list', { name, exact: true })

describe('search', () => {
  const field = page.getByRole('searchbox', { name: 'Search', exact: true })

  it('finds people and messages, and leads to the place of a message', async () => {
    await page.viewport(1280, 800)
    const messenger = ana()
    messenger.receive('b0', { text: 'The roof is red' })
    for (let index = 0; index < 300; index += 1) messenger.receive('b0', { text: `Number ${index}` })
    messenger.receive('c0', { text: 'Nothing of it' })
    await mountApp('', messenger)
    await field.fill('roof')
    await expect.element(page.getByText('Found: 1 message.')).toBeVisible()
    await expect.element(list('Conversations')).not.toBeInTheDocument()
    expect(list('Messages found').element().querySelector('mark')?.textContent).toBe('roof')
    await list('Messages found').getByRole('link').click()
    const found = page.getByRole('article').filter({ hasText: 'The roof is red' })
    await expect.element(found).toHaveFocus()
    await expect.element(found).toBeInViewport()
    await field.fill('cle')
    await list('People found').getByRole('link', { name: 'Cleo' }).click()
    await expect.element(page.getByRole('heading', { name: 'Cleo', exact: true })).toBeVisible()
    await field.fill('elsewhere')
    await expect.element(page.getByText('Nothing found for “elsewhere”.')).toBeVisible()
    await userEvent.keyboard('{Escape}')
    await expect.element(list('Conversations')).toBeVisible()
  })

  it('goes to a message of the conversation that is open already', async () => {
    await page.viewport(1280, 800)
    const messenger = ana()
    messenger.receive('b0', { text: 'The first of all' })
    for (let index = 0; index < 120; index += 1) messenger.receive('b0', { text: `Number ${index}` })
    await mountApp('#c/c0b0', messenger)
    await expect.element(page.getByText('Number 119').first()).toBeVisible()
    await field.fill('first of')
    await list('Messages found').getByRole('link').click()
    await expect.element(page.getByRole('article').filter({ hasText: 'The first of all' })).toHaveFocus()
    await expect.element(page.getByRole('article').filter({ hasText: 'The first of all' })).toBeInViewport()
  })

  it('says that it is busy, and what went wrong', async () => {
    const messenger = ana()
    const find = Promise.withResolvers<() => void>()
    messenger.search.find = () => new Promise((_, reject) => find.resolve(() => reject(new Error('no'))))
    await mountApp('', messenger)
    await field.fill('roof')
    await expect.element(page.getByText('Searching…')).toBeVisible()
    const fail = await find.promise
    fail()
    await expect.element(page.getByRole('alert').getByText(/Safelight made a mistake of its own/)).toBeVisible()
  })

  it('ends one that nobody waits for any more', async () => {
    const messenger = ana()
    const signals: AbortSignal[] = []
    messenger.search.find = (_query, options) => {
      if (options?.signal !== undefined) signals.push(options.signal)
      return new Promise(() => undefined)
    }
    await mountApp('', messenger)
    await field.fill('ro')
    await expect.poll(() => signals.length).toBe(1)
    await field.fill('roof')
    await expect.poll(() => signals.map(({ aborted }) => aborted)).toEqual([true, false])
  })

  for (const theme of ['dark', 'light'] as const)
    for (const width of [1280, 320])
      it(`leaves nothing to object to, ${theme}, ${width} wide`, async () => {
        await page.viewport(width, 800)
        setTheme(theme)
        const messenger = ana()
        messenger.receive('b0', { text: 'The roof is red' })
        await mountApp('', messenger)
        await field.fill('e')
        await expect.element(list('Messages found')).toBeVisible()
        await expect.element(list('People found')).toBeVisible()
        expect(await violations()).toEqual([])
        expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width)
      })
})

describe('search in a conversation', () => {
  const field = page.getByRole('searchbox', { name: 'Find in this conversation', exact: true })
  const open = () => page.getByRole('link', { name: 'Find in conversation', exact: true }).click()
  const found = page.getByRole('article').filter({ hasText: 'The roof is red' })

  function withRoofs(): FakeMessenger {
    const messenger = ana()
    messenger.receive('b0', { text: 'The roof is red' })
    for (let index = 0; index < 120; index += 1) messenger.receive('b0', { text: `Number ${index}` })
    messenger.receive('b0', { text: 'A roof of tin' })
    messenger.receive('c0', { text: 'No roof at all' })
    return messenger
  }

  it('finds what is in it alone, leads there, and stays open where there is room', async () => {
    await page.viewport(1280, 800)
    await mountApp('#c/c0b0', withRoofs())
    await open()
    await expect.element(field).toHaveFocus()
    await userEvent.keyboard('roof')
    await expect.element(page.getByText('Found: 2 messages.')).toBeVisible()
    await expect.element(list('People found')).not.toBeInTheDocument()
    await list('Messages found').getByRole('link').filter({ hasText: 'is red' }).click()
    await expect.element(found).toHaveFocus()
    await expect.element(found).toBeInViewport()
    await list('Messages found').getByRole('link').filter({ hasText: 'of tin' }).click()
    await expect.element(page.getByRole('article').filter({ hasText: 'A roof of tin' })).toBeInViewport()
    expect(await violations()).toEqual([])
    await page.getByRole('link', { name: 'Close', exact: true }).click()
    await expect.element(field).not.toBeInTheDocument()
  })

  it('gives way to the conversation on a phone', async () => {
    await page.viewport(390, 844)
    await mountApp('#c/c0b0', withRoofs())
    await open()
    await field.fill('red')
    expect(await violations()).toEqual([])
    await list('Messages found').getByRole('link').click()
    await expect.element(field).not.toBeInTheDocument()
    await expect.element(found).toHaveFocus()
    await expect.element(found).toBeInViewport()
  })
})
