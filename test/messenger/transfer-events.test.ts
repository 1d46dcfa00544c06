import { expect, test } from 'vitest'
import type { TransferView } from '../../src/messenger/api.ts'
import { EventHub } from '../../src/messenger/events.ts'
import { createLedger } from '../../src/messenger/records/ledger.ts'
import { openTables } from '../../src/messenger/records/tables.ts'
import { createProgress } from '../../src/messenger/transfer/progress.ts'
import { createTransferEvents } from '../../src/messenger/transfer/transfer-events.ts'
import { toHex } from '../../src/protocol/bytes.ts'
import { encodeContent } from '../../src/protocol/content/codec.ts'
import type { Manifest } from '../../src/protocol/content/manifest.ts'
import { sha256 } from '../../src/protocol/primitives/hash.ts'
import { createMemoryDisk, memoryStore } from '../../src/storage/memory.ts'
import { createFakeClock } from '../support/world/clock.ts'

const blobId = new Uint8Array(32).fill(7)
const list = sha256(Uint8Array.of(1))
const display: Manifest = {
  blobId,
  key: new Uint8Array(32),
  header: new Uint8Array(74),
  mime: 'image/webp',
  width: 4,
  height: 3,
  sizeBytes: 1000,
  segmentCount: 1,
  root: sha256(list),
  hashes: { kind: 'inline', list },
}
const content = encodeContent({
  messageId: new Uint8Array(16),
  conversationId: new Uint8Array(16),
  parents: [],
  groupHeads: [],
  log: { length: 1, head: new Uint8Array(32) },
  sentAtMs: 1,
  body: { kind: 'message', media: [{ kind: 'photo', display }] },
})

test('what goes out ends with the word that it is there, however long after its last segment that comes', async () => {
  const store = memoryStore(createMemoryDisk())
  const tables = await openTables(store)
  const clock = createFakeClock(0)
  const events = new EventHub()
  let view: TransferView = { kind: 'upload', doneBytes: 1000, totalBytes: 1000 }
  const told: unknown[] = []
  events.addEventListener('transfer', (event) => told.push(event instanceof CustomEvent ? event.detail : undefined))
  await createLedger(store).change(async (change) => {
    const row = { id: 'm', sentAt: 1, receivedAt: 1, content, recipients: [], receipt: 'none' } as const
    change.put(tables.messages, 'c/1', row)
    change.put(tables.messageIndex, 'm', { key: 'c/1' })
    const blob = { messageId: 'm', role: 'display', segmentCount: 1, state: 'mine', readers: [] } as const
    change.put(tables.blobs, toHex(blobId), blob)
  })
  const log = { debug() {}, warn() {}, error() {} }
  const context = { tables, clock, events, closing: new AbortController().signal, log }
  const progress = createProgress((id) => transfers.changed(id))
  const transfers = createTransferEvents(context, { transfer: async () => view }, progress)

  progress.begin(toHex(blobId), 1, 1)
  await clock.advance(1_000)
  expect(told).toMatchObject([{ attachmentId: 'm.0', transfer: { kind: 'upload' } }])
  view = { kind: 'done' }
  await transfers.moved('m')
  await clock.advance(1_000)
  expect(told.at(-1)).toMatchObject({ attachmentId: 'm.0', conversationId: 'c', transfer: { kind: 'done' } })
  await transfers.moved('unknown')
})
