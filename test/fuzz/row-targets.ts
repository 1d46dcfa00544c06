// The decoders of what a device has stored for itself: damage, or somebody else's hand, must not end in more than a row
// that is none. Good rows come from two people who have talked.

import type { Codec } from '../../src/protocol/cbor/codec.ts'
import { decodeWith, encodeWith } from '../../src/protocol/cbor/codec.ts'
import { accountRow } from '../../src/messenger/records/shapes/account.ts'
import { blobRow } from '../../src/messenger/records/shapes/blob.ts'
import { contactRow } from '../../src/messenger/records/shapes/contact.ts'
import { conversationRow } from '../../src/messenger/records/shapes/conversation.ts'
import { pushRow } from '../../src/messenger/records/shapes/device.ts'
import { rowBounds } from '../../src/messenger/records/shapes/fields.ts'
import { inviteRow } from '../../src/messenger/records/shapes/invite.ts'
import { mailboxRow, offerRow } from '../../src/messenger/records/shapes/mailbox.ts'
import { messageRow } from '../../src/messenger/records/shapes/message.ts'
import { outboxRow, receiptsRow } from '../../src/messenger/records/shapes/outbox.ts'
import { sessionsRow } from '../../src/messenger/records/shapes/session.ts'
import { viewingRow } from '../../src/messenger/records/shapes/viewing.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { crashedCopy, openMemoryStorage } from '../../src/storage/memory.ts'
import { createWorld, introduce } from '../support/world/world.ts'
import type { Target } from './engine.ts'
import { canonical } from './protocol-targets.ts'

export async function createRowTargets(): Promise<readonly Target[]> {
  const world = createWorld('fuzz')
  const ana = await world.person('Ana')
  const bo = await world.person('Bo')
  const ids = await introduce(world, ana, bo)
  await ana.messenger.push.enable({ endpoint: 'https://push.example/a', key: 'BA'.padEnd(87, 'A') })
  await ana.messenger.send(ids.ana, { text: 'hello' })
  await ana.messenger.send(ids.ana, { media: [{ data: new Uint8Array(1000) }] })
  await ana.messenger.send(ids.ana, { media: [{ data: new Uint8Array(1000) }], view: { seconds: 5, replays: 1 } })
  await world.clock.advance(2_000)
  world.network.cutDirect()
  world.network.setDirectPossible(false)
  await ana.messenger.invites.create({ uses: 2 })
  await bo.messenger.send(ids.bo, { text: 'and back' })
  const stores = await Promise.all(
    [ana, bo].map(async ({ disk }) => openMemoryStorage(crashedCopy(disk), (length) => new Uint8Array(length))),
  )
  await world.close()

  const row = async <T>(table: string, codec: Codec<T>): Promise<Target> => {
    const seeds: Bytes[] = []
    for (const { store } of stores) for (const { value } of (await store.list(table)).slice(0, 3)) seeds.push(value)
    const decode = (input: Bytes) => decodeWith(codec, input, rowBounds)
    return canonical(`row of ${table}`, seeds, decode, (value) => encodeWith(codec, value))
  }
  return Promise.all([
    row('account', accountRow),
    row('blobs', blobRow),
    row('contacts', contactRow),
    row('conversations', conversationRow),
    row('invites', inviteRow),
    row('mailboxes', mailboxRow),
    row('messages', messageRow),
    row('offers', offerRow),
    row('outbox', outboxRow),
    row('pushes', pushRow),
    row('receipts', receiptsRow),
    row('sessions', sessionsRow),
    row('viewings', viewingRow),
  ])
}
