// People named in a group: chosen while one writes, by keys and by pointer, and shown: in a real browser, on a messenger in
// memory.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { setTheme } from '../../src/app/state/theme.ts'
import '../../src/app/styles/app.css'
import { createFakeMessenger } from '../support/fake-messenger.ts'
import type { FakeMessenger } from '../support/fake-messenger.ts'
import { mountApp } from '../support/mount-app.ts'
import { cutOff, violations } from '../support/violations.ts'

const me = '5a'.repeat(32)
const listbox = page.getByRole('listbox', { name: 'Mention', exact: true })
const option = (name: string) => listbox.getByRole('option', { name, exact: true })
const field = page.getByRole('textbox', { name: 'Message', exact: true })
const feed = page.getByRole('feed', { name: 'Messages', exact: true })

let messenger: FakeMessenger

beforeEach(async () => {
  await page.viewport(1280, 800)
  messenger = createFakeMessenger({ name: 'Ana' })
  messenger.addContact({ id: 'b0', name: 'Bo' })
  messenger.addContact({ id: 'c0', name: 'Cémal' })
  messenger.addGroup({
    id: 'aa',
    name: 'The sea',
    people: [
      { name: 'Bo', contactId: 'b0' },
      { name: 'Cémal', contactId: 'c0' },
      { name: 'Bo Derksen', fingerprint: 'd7'.repeat(32) },
    ],
  })
})

afterEach(() => {
  setTheme('system')
  document.documentElement.removeAttribute('dir')
})

const last = async () => (await messenger.conversations.page('d0aa')).at(-1)
const fingerprintOf = async (name: string) =>
  (await messenger.groups.get('aa'))?.members.find((member) => member.name === name)?.fingerprint
/** Where the focus is said to be. */
const active = () => {
  const id = field.element().getAttribute('aria-activedescendant')
  return id === null ? undefined : document.getElementById(id)?.textContent
}

async function open(): Promise<void> {
  await mountApp('#c/d0aa', messenger)
  await expect.element(field).toHaveAttribute('aria-autocomplete', 'list')
  await field.click()
}

describe('an @ in a group', () => {
  it('offers its members, who are chosen by keys alone, and goes out as a mention', async () => {
    await open()
    await userEvent.keyboard('Look, @')
    await expect.element(option('Bo')).toHaveAttribute('aria-selected', 'true')
    // Not myself.
    expect(listbox.getByRole('option').elements()).toHaveLength(3)
    expect(active()).toContain('Bo')
    await userEvent.keyboard('{ArrowDown}')
    await expect.element(option('Cémal')).toHaveAttribute('aria-selected', 'true')
    await userEvent.keyboard('{ArrowUp}{ArrowUp}')
    await expect.element(option('Bo Derksen')).toHaveAttribute('aria-selected', 'true')
    // Without its accent.
    await userEvent.keyboard('cem')
    await expect.element(option('Bo')).not.toBeInTheDocument()
    await userEvent.keyboard('{Enter}')
    await expect.element(field).toHaveValue('Look, @Cémal ')
    await expect.element(listbox).not.toBeInTheDocument()
    await expect.element(field).toHaveFocus()
    await userEvent.keyboard('there')
    await expect.element(listbox).not.toBeInTheDocument()
    await userEvent.keyboard('{Enter}')
    const fingerprint = await fingerprintOf('Cémal')
    await expect.poll(async () => (await last())?.text).toBe('Look, @Cémal there')
    expect((await last())?.mentions).toEqual([{ from: 6, to: 12, fingerprint }])
    const article = feed.getByRole('article', { name: 'You, text', exact: true })
    await expect.element(article.getByText('@Cémal', { exact: true })).toHaveClass('mention')
  })

  it('is left by Escape, and what was meant stays meant', async () => {
    await open()
    await userEvent.keyboard('@B')
    await expect.element(option('Bo')).toBeVisible()
    await userEvent.keyboard('{Escape}')
    await expect.element(listbox).not.toBeInTheDocument()
    await expect.element(field).toHaveValue('@B')
    await userEvent.keyboard('o')
    await expect.element(listbox).not.toBeInTheDocument()
    // Written by hand it is a name too.
    await userEvent.keyboard(' hello{Enter}')
    await expect
      .poll(async () => (await last())?.mentions)
      .toEqual([{ from: 0, to: 3, fingerprint: await fingerprintOf('Bo') }])
  })

  it('is pressed with a pointer, keeps the focus, and the longer name is meant where it is written', async () => {
    await open()
    await userEvent.keyboard('@')
    await option('Bo Derksen').click()
    await expect.element(field).toHaveValue('@Bo Derksen ')
    await expect.element(field).toHaveFocus()
    await userEvent.keyboard('{Enter}')
    await expect.poll(async () => (await last())?.mentions).toEqual([{ from: 0, to: 11, fingerprint: 'd7'.repeat(32) }])
  })

  it('is nothing of the kind in an address, nor where there is no group', async () => {
    await open()
    await userEvent.keyboard('bo@bo.example')
    await expect.element(field).toHaveValue('bo@bo.example')
    await expect.element(listbox).not.toBeInTheDocument()
    await userEvent.keyboard('{Enter}')
    await expect.poll(async () => (await last())?.text).toBe('bo@bo.example')
    expect(await last()).not.toHaveProperty('mentions')
    await mountApp('#c/c0b0', messenger)
    await field.fill('@Bo')
    await expect.element(listbox).not.toBeInTheDocument()
    await expect.element(field).not.toHaveAttribute('aria-autocomplete')
  })

  for (const theme of ['dark', 'light'] as const)
    for (const width of [1280, 320])
      it(`leaves nothing to object to, ${theme}, ${width} wide`, async () => {
        await page.viewport(width, 800)
        setTheme(theme)
        const text = 'Ana and @Bo'
        messenger.receiveInGroup(
          'aa',
          { id: 'c0', name: 'Cémal' },
          {
            text: 'Hey @Ana, hey @Bo',
            as: {
              mentions: [
                { from: 4, to: 8, fingerprint: me },
                { from: 14, to: 17, fingerprint: 'b0'.padEnd(64, '7') },
              ],
            },
          },
        )
        await open()
        await userEvent.keyboard(text.slice(0, 9))
        await expect.element(option('Bo')).toBeVisible()
        expect(await violations()).toEqual([])
        expect(cutOff(width)).toEqual([])
      })
})

describe('a mention of me', () => {
  it('stands out', async () => {
    messenger.receiveInGroup(
      'aa',
      { id: 'b0', name: 'Bo' },
      {
        text: '👋 @Ana',
        as: { mentions: [{ from: 2, to: 6, fingerprint: me }] },
      },
    )
    await open()
    await expect.element(feed.getByText('@Ana', { exact: true })).toHaveClass('mention-me')
  })
})
