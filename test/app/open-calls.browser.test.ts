// Open calls in a real browser, on a messenger in memory: made, answered, decided, and what somebody sees who has the link.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { page } from 'vitest/browser'
import { setTheme } from '../../src/app/state/theme.ts'
import '../../src/app/styles/app.css'
import { InviteError, UsageError } from '../../src/messenger/api.ts'
import type { CallView } from '../../src/messenger/api.ts'
import { createFakeMessenger } from '../support/fake-messenger.ts'
import type { FakeMessenger } from '../support/fake-messenger.ts'
import { mountApp } from '../support/mount-app.ts'
import { cutOff, violations } from '../support/violations.ts'

const hourMs = 3_600_000
const named = (role: 'button' | 'textbox' | 'dialog' | 'spinbutton' | 'combobox', name: string) =>
  page.getByRole(role, { name, exact: true })
const dialog = named('dialog', 'Open call')
const answered = dialog.getByRole('list', { name: 'Answered', exact: true })
const names = ['Bo', 'Cem', 'Dora']

let messenger: FakeMessenger

beforeEach(async () => {
  await page.viewport(390, 844)
  messenger = createFakeMessenger({ name: 'Gap' })
  for (const [index, name] of names.entries()) messenger.addContact({ id: `${'bcd'[index]}0`, name })
})

afterEach(() => {
  vi.restoreAllMocks()
  setTheme('system')
})

const make = (more: Partial<CallView> = {}) =>
  messenger.calls.create({
    text: 'Show us your coat',
    overText: 'All places are taken.',
    places: 2,
    until: Date.now() + hourMs,
    ...more,
  })
const first = async () => (await messenger.calls.list())[0]

describe('an open call', () => {
  it('is made with words, a number of people and an end, and gives a link to copy', async () => {
    const copied = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
    await mountApp('#posts', messenger)
    await named('button', 'New open call').click()
    await expect.element(named('spinbutton', 'Number of people')).toHaveValue(15)
    await expect.element(named('button', 'Make link')).toBeDisabled()
    await named('textbox', 'What the first are told').fill('Show us your coat')
    await named('spinbutton', 'Number of people').fill('300')
    await expect.element(named('button', 'Make link')).toBeDisabled()
    await named('spinbutton', 'Number of people').fill('5')
    await named('combobox', 'Open for').selectOptions('3 days')
    await expect
      .element(named('textbox', 'What everybody after them is told'))
      .toHaveValue('All places are taken. Thank you for answering.')
    const before = Date.now()
    await named('button', 'Make link').click()
    await expect.element(named('textbox', 'Call link')).toBeVisible()
    const call = await first()
    await expect.element(named('textbox', 'Call link')).toHaveValue(call?.link)
    expect(call).toMatchObject({ text: 'Show us your coat', places: 5 })
    expect(call?.until).toBeGreaterThanOrEqual(before + 72 * hourMs)
    await named('button', 'Copy link').click()
    expect(copied).toHaveBeenCalledWith(call?.link)
    await expect.element(dialog.getByText(/^0 of 5 answered · Open until/)).toBeVisible()
    await dialog.getByRole('button', { name: 'Close', exact: true }).click()
    const listed = page.getByRole('list', { name: 'Open calls' }).getByRole('button', { name: 'Show us your coat' })
    await expect.element(listed).toHaveAccessibleDescription(/^0 of 5 answered/)
  })

  it('says why it was not made, and keeps what was written', async () => {
    messenger.calls.create = () => Promise.reject(new UsageError('bad-call'))
    await mountApp('#posts', messenger)
    await named('button', 'New open call').click()
    await named('textbox', 'What the first are told').fill('Show us your coat')
    await named('button', 'Make link').click()
    await expect.element(page.getByRole('alert').getByText(/A call has up to 256 places/)).toBeVisible()
    await expect.element(named('textbox', 'What the first are told')).toHaveValue('Show us your coat')
  })

  it('shows who answers as they come, in their order, and leads to each', async () => {
    const { id } = await make()
    await mountApp('#posts', messenger)
    await named('button', 'Show us your coat').click()
    await expect.element(dialog.getByText(/Nobody has answered yet/)).toBeVisible()
    await expect.element(named('button', 'Pick a winner')).not.toBeInTheDocument()
    for (const contactId of ['c0', 'b0', 'd0']) messenger.answerCall(id, contactId)
    await expect.element(dialog.getByText('2 of 2 answered · All places are taken')).toBeVisible()
    await expect.element(dialog.getByText('1 person came too late, and was told so.')).toBeVisible()
    // Its link is used up.
    await expect.element(named('textbox', 'Call link')).not.toBeInTheDocument()
    const order = answered.getByRole('listitem').elements()
    expect(order.map((element) => element.getAttribute('aria-label'))).toEqual(['Cem', 'Bo'])
    await answered.getByRole('link', { name: /Bo/ }).click()
    await expect.element(page.getByRole('heading', { name: 'Bo', exact: true })).toBeVisible()
  })

  it('ends with one who is picked, and everybody is told', async () => {
    const { id } = await make()
    messenger.answerCall(id, 'c0')
    messenger.answerCall(id, 'b0')
    await mountApp('#posts', messenger)
    await named('button', 'Show us your coat').click()
    await named('button', 'Pick a winner').click()
    const pick = named('dialog', 'Pick a winner')
    await expect.element(pick.getByRole('button', { name: 'Announce' })).toBeDisabled()
    await pick.getByRole('button', { name: 'Draw lots' }).click()
    await expect.element(pick.getByRole('button', { name: 'Announce' })).toBeEnabled()
    await pick.getByRole('radio', { name: 'Bo', exact: true }).click()
    await named('textbox', 'What the winner is told').fill('The coat is yours')
    await pick.getByRole('button', { name: 'Announce' }).click()
    await expect.element(dialog.getByText('2 of 2 answered · Bo was picked')).toBeVisible()
    await expect.element(answered.getByRole('listitem', { name: 'Bo', exact: true }).getByText('Picked')).toBeVisible()
    expect(messenger.toldOfCalls.get('b0')).toBe('The coat is yours')
    expect(messenger.toldOfCalls.get('c0')).toMatch(/Somebody else was picked/)
    for (const name of ['Pick a winner', 'End call'])
      await expect.element(dialog.getByRole('button', { name, exact: true })).not.toBeInTheDocument()
  })

  it('ends without a winner, after it was asked', async () => {
    const { id } = await make()
    messenger.answerCall(id, 'c0')
    await mountApp('#posts', messenger)
    await named('button', 'Show us your coat').click()
    await named('button', 'End call').click()
    await named('dialog', 'End call').getByRole('button', { name: 'Cancel', exact: true }).click()
    expect((await first())?.isDecided).toBe(false)
    await named('button', 'End call').click()
    await named('textbox', 'What they are told').fill('Nobody got it')
    await named('button', 'End without a winner').click()
    await expect.element(dialog.getByText('1 of 2 answered · Ended without a winner')).toBeVisible()
    expect(messenger.toldOfCalls.get('c0')).toBe('Nobody got it')
    await expect.element(named('textbox', 'Call link')).not.toBeInTheDocument()
  })

  it('says to whoever opens its link that it is for many', async () => {
    sessionStorage.clear()
    await mountApp('#i/many', createFakeMessenger({ name: 'Ana' }))
    await expect.element(page.getByRole('heading', { name: 'Connect with Bo', exact: true })).toBeVisible()
    await expect.element(page.getByText(/This link is for many people/)).toBeVisible()
    expect(await violations()).toEqual([])
    sessionStorage.clear()
    await mountApp('#i/one', createFakeMessenger({ name: 'Ana' }))
    await expect.element(page.getByRole('heading', { name: 'Connect with Bo', exact: true })).toBeVisible()
    await expect.element(page.getByText(/This link is for many people/)).not.toBeInTheDocument()
    sessionStorage.clear()
  })

  it('says to whoever comes when it has ended that it is over, and to nobody else', async () => {
    sessionStorage.clear()
    const ana = createFakeMessenger({ name: 'Ana' })
    ana.invites.connect = () => Promise.reject(new InviteError('used'))
    await mountApp('#i/many', ana)
    await named('button', 'Connect').click()
    await expect.element(page.getByRole('status').filter({ hasText: 'This is over' })).toBeVisible()
    await expect.element(named('button', 'Connect')).not.toBeInTheDocument()
    await expect.element(page.getByText(/This link is for many people/)).not.toBeInTheDocument()
    expect(await violations()).toEqual([])
    sessionStorage.clear()
    await mountApp('#i/one', ana)
    await named('button', 'Connect').click()
    await expect.element(page.getByText(/already used or withdrawn/)).toBeVisible()
    sessionStorage.clear()
  })

  for (const theme of ['dark', 'light'] as const)
    for (const width of [1280, 320])
      it(`leaves nothing to object to, ${theme}, ${width} wide`, async () => {
        await page.viewport(width, 800)
        setTheme(theme)
        const { id } = await make({ places: 3 })
        messenger.answerCall(id, 'b0')
        messenger.answerCall(id, 'c0')
        await mountApp('#posts', messenger)
        await expect.element(named('button', 'Show us your coat')).toBeVisible()
        const look = async (what: string) => {
          expect(await violations(), what).toEqual([])
          expect(cutOff(width), what).toEqual([])
        }
        await look('the list')
        await named('button', 'New open call').click()
        await expect.element(named('button', 'Make link')).toBeVisible()
        await look('a new one')
        await page.getByRole('button', { name: 'Close', exact: true }).click()
        await named('button', 'Show us your coat').click()
        await expect.element(answered).toBeVisible()
        await look('one')
        await named('button', 'Pick a winner').click()
        await expect.element(named('button', 'Announce')).toBeVisible()
        await look('picking')
      })
})
