// One message to two people who know that the other got it too: what is stored for it on three devices, put there by hand
// until there are groups.

import { openSelf } from '../../../src/messenger/account/self.ts'
import { createSealer } from '../../../src/messenger/delivery/seal.ts'
import { decodeContent } from '../../../src/protocol/content/codec.ts'
import { inspect } from './sessions.ts'
import type { Person, World } from './world.ts'
import { relayUrl } from './world.ts'

const random = { bytes: (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length)) }

/** @throws when they do not know each other */
export async function contactOf(person: Person, other: string): Promise<{ id: string; conversationId: string }> {
  const found = (await person.messenger.contacts.list()).find(({ name }) => name === other)
  if (found === undefined) throw new Error(`${person.name} does not know ${other}`)
  return found
}

/** What was sent to one person goes, sealed once, to another one as well. Gives the sender, opened again. */
export async function sendAlsoTo(world: World, sender: Person, messageId: string, other: string): Promise<Person> {
  const { id: contactId } = await contactOf(sender, other)
  await sender.messenger.close()
  await inspect(sender.disk, async ({ tables, ledger }) => {
    const { clock } = world
    const self = await openSelf(tables, ledger, { random, clock }, { name: sender.name, relays: [relayUrl] })
    const sealer = createSealer({ tables, random, clock, self }, () => {})
    await ledger.change(async (change) => {
      const key = (await change.get(tables.messageIndex, messageId))?.key ?? ''
      const row = await change.get(tables.messages, key)
      const body = decodeContent(row?.content ?? new Uint8Array())?.body
      if (row === undefined || body === undefined) throw new Error('there is no such message')
      const blobs = (await tables.blobs.list()).filter(({ row: blob }) => blob.messageId === messageId)
      await sealer.seal(change, contactId, body, {
        messageId,
        sentAtMs: row.sentAt,
        message: { blobs: blobs.map((blob) => blob.key) },
      })
      for (const blob of blobs)
        change.put(tables.blobs, blob.key, { ...blob.row, readers: [...blob.row.readers, contactId] })
      const recipients = [...row.recipients, { contactId, state: { kind: 'sending' } as const }]
      change.put(tables.messages, key, { ...row, recipients })
    })
  })
  return world.person(sender.name, sender.disk)
}

/** A recipient learns that others got the message too. Gives the recipient, opened again. */
export async function knowsOf(
  world: World,
  person: Person,
  messageId: string,
  others: readonly string[],
): Promise<Person> {
  const readers = await Promise.all(others.map(async (name) => (await contactOf(person, name)).id))
  await person.messenger.close()
  await inspect(person.disk, async ({ tables, ledger }) => {
    for (const { key, row } of await tables.blobs.list())
      if (row.messageId === messageId)
        await ledger.change(async (change) => change.put(tables.blobs, key, { ...row, readers }))
  })
  return world.person(person.name, person.disk)
}
