// Ana and Bo make sure that nobody sits between them.

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { inspect } from '../support/world/sessions.ts'
import { createWorld, introduce } from '../support/world/world.ts'
import type { Person, World } from '../support/world/world.ts'

let world: World
let ana: Person
let bo: Person
/** Each one's id for the other. */
let ids: { ana: string; bo: string }

beforeEach(async () => {
  world = createWorld()
  ana = await world.person('Ana')
  bo = await world.person('Bo')
  await introduce(world, ana, bo)
  ids = { ana: await only(ana), bo: await only(bo) }
})
afterEach(async () => {
  await world.close()
  expect(world.bugs).toEqual([])
})

async function only(person: Person): Promise<string> {
  const [contact] = await person.messenger.contacts.list()
  return contact?.id ?? ''
}
const isVerified = async () => (await ana.messenger.contacts.get(ids.ana))?.verified

describe('verification', () => {
  test('shows both the same number', async () => {
    const { digits } = await ana.messenger.contacts.safetyNumber(ids.ana)
    expect(digits).toMatch(/^\d{60}$/)
    expect((await bo.messenger.contacts.safetyNumber(ids.bo)).digits).toBe(digits)
  })

  test('compares both ways by one scan, in either direction', async () => {
    const shownByBo = (await bo.messenger.contacts.safetyNumber(ids.bo)).qr
    const shownByAna = (await ana.messenger.contacts.safetyNumber(ids.ana)).qr
    expect(await ana.messenger.contacts.compareCode(ids.ana, shownByBo)).toBe('match')
    expect(await bo.messenger.contacts.compareCode(ids.bo, `${shownByAna}\n`)).toBe('match')
    expect(await ana.messenger.contacts.compareCode(ids.ana, shownByAna)).toBe('own')
    expect(await isVerified()).toBe(false)
  })

  test('tells a code for somebody else, of somebody else, and what is none', async () => {
    const cleo = await world.person('Cleo')
    await introduce(world, cleo, bo)
    const contacts = await bo.messenger.contacts.list()
    const cleoToBo = contacts.find(({ name }) => name === 'Cleo')?.id ?? ''
    const { compareCode } = ana.messenger.contacts
    expect(await compareCode(ids.ana, (await bo.messenger.contacts.safetyNumber(cleoToBo)).qr)).toBe('not-me')
    expect(await compareCode(ids.ana, (await cleo.messenger.contacts.safetyNumber(await only(cleo))).qr)).toBe(
      'not-them',
    )
    expect(await compareCode(ids.ana, 'https://example.org/')).toBe('no-code')
    expect(await compareCode(ids.ana, 'safelight-verify:AgAA')).toBe('newer')
  })

  test('keeps the mark over a restart and a block, says so, and takes it back', async () => {
    const changed: unknown[] = []
    ana.messenger.addEventListener('change', ({ detail }) => void changed.push(detail))
    expect(await isVerified()).toBe(false)
    await ana.messenger.contacts.setVerified(ids.ana, true)
    expect(await isVerified()).toBe(true)
    expect(changed).toEqual([{ what: 'contacts', id: ids.ana }])
    await ana.messenger.contacts.setVerified(ids.ana, true)
    expect(changed).toHaveLength(1)
    ana = await ana.crash()
    expect(await isVerified()).toBe(true)
    await ana.messenger.contacts.block(ids.ana)
    await ana.messenger.contacts.unblock(ids.ana)
    expect(await isVerified()).toBe(true)
    await ana.messenger.contacts.setVerified(ids.ana, false)
    ana = await ana.reopen()
    expect(await isVerified()).toBe(false)
    expect((await bo.messenger.contacts.get(ids.bo))?.verified).toBe(false)
  })

  test('knows only contacts', async () => {
    const { safetyNumber, compareCode, setVerified } = ana.messenger.contacts
    await expect(safetyNumber('00')).rejects.toMatchObject({ code: 'unknown-contact' })
    await expect(compareCode('00', '')).rejects.toMatchObject({ code: 'unknown-contact' })
    await expect(setVerified('00', true)).rejects.toMatchObject({ code: 'unknown-contact' })
  })
})

describe('keys in question', () => {
  /** Ana's device noted this about Bo's keys. */
  async function note(keys: 'changed' | 'conflict'): Promise<void> {
    await ana.messenger.close()
    await inspect(ana.disk, async ({ tables, ledger }) => {
      await ledger.change(async (change) => {
        const row = await change.get(tables.contacts, ids.ana)
        if (row !== undefined) change.put(tables.contacts, ids.ana, { ...row, keys })
      })
    })
    ana = await world.person('Ana', ana.disk)
  }
  const conversation = async () => (await ana.messenger.contacts.get(ids.ana))?.conversationId ?? ''
  const stateOf = async (id: string) => (await ana.messenger.messages.get(id))?.recipients[0]?.state.kind
  const delivered = (id: string) => world.until(async () => ['delivered', 'seen'].includes((await stateOf(id)) ?? ''))

  test('stop sending to a verified contact, keep what is written, and take the mark with them', async () => {
    await ana.messenger.contacts.setVerified(ids.ana, true)
    await note('changed')
    const { id } = await ana.messenger.send(await conversation(), { text: 'Is that you?' })
    await world.clock.advance(120_000)
    expect(await stateOf(id)).toBe('sending')
    ana = await ana.crash()
    await world.clock.advance(120_000)
    expect(await stateOf(id)).toBe('sending')
    await ana.messenger.contacts.confirmKeys(ids.ana)
    await delivered(id)
    expect(await ana.messenger.contacts.get(ids.ana)).toMatchObject({ keys: 'known', verified: false })
  })

  test('stop nothing to a contact who is not verified, unless they contradict each other', async () => {
    await note('changed')
    await delivered((await ana.messenger.send(await conversation(), { text: 'As ever' })).id)
    await note('conflict')
    const { id } = await ana.messenger.send(await conversation(), { text: 'Is that you?' })
    await world.clock.advance(120_000)
    expect(await stateOf(id)).toBe('sending')
    await ana.messenger.contacts.confirmKeys(ids.ana)
    await delivered(id)
  })

  test('are decided by confirming alone: verifying again does not let anything out', async () => {
    await note('conflict')
    await ana.messenger.contacts.setVerified(ids.ana, true)
    const { id } = await ana.messenger.send(await conversation(), { text: 'Is that you?' })
    await world.clock.advance(120_000)
    expect(await stateOf(id)).toBe('sending')
  })
})
