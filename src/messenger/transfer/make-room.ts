// Room for newer media: beyond the budget those go first that nobody looked at for longest. Of what is whole that is what was
// said to be delivered; of what was only looked into, the part that is here. Where the person clears a conversation, what they
// stopped goes too, and what is whole beside something that is not. What is mine, on its way, or read at this moment never goes.

import { limits } from '../../protocol/limits.ts'
import type { Context } from '../context.ts'
import type { BlobRow } from '../records/rows.ts'
import type { Keyed } from '../records/table.ts'
import { countBits } from './bitmap.ts'
import { blobRefs, mediaOf, withHashList } from './blob-refs.ts'

type Stored = Pick<Context, 'tables' | 'ledger' | 'blobs'>

export interface RoomParts {
  /** Resolves when nothing more of it is written. */
  readonly stop: (blobId: string) => Promise<void>
  readonly isRead: (blobId: string) => boolean
  readonly changed: (blobId: string) => void
}

export async function makeRoom(context: Context, parts: RoomParts): Promise<void> {
  const { tables, self } = context
  const budget = self.row.mediaBudgetBytes ?? 0
  if (budget === 0) return
  const here = (await tables.blobs.list()).filter(isToGo)
  const bytes = new Map<string, number>()
  for (const entry of here) bytes.set(entry.key, await bytesHere(context, entry))
  let total = [...bytes.values()].reduce((sum, size) => sum + size, 0)
  // A poster is small and all that is left to see of a video; a list of hashes goes with what it lists.
  const oldest = here.filter(isMedium).toSorted((a, b) => usedAt(a) - usedAt(b))
  for (const entry of oldest) {
    if (total <= budget) return
    for (const blobId of await evict(context, entry, parts, 'room')) total -= bytes.get(blobId) ?? 0
  }
}

/** All of one conversation that could have to make room, at once. */
export async function clearMedia(context: Stored, conversationId: string, parts: RoomParts): Promise<void> {
  const { tables } = context
  for (const entry of await tables.blobs.list()) {
    if (!isCleared(entry) || !isMedium(entry)) continue
    const place = (await tables.messageIndex.get(entry.row.messageId))?.key
    if (place?.startsWith(`${conversationId}/`) === true) await evict(context, entry, parts, 'person')
  }
}

/** Whether `clearMedia` would take this, or the list of hashes with it, unless it is read at this moment. */
export function isClearable({ tables }: Pick<Context, 'tables'>, entry: Keyed<BlobRow>): boolean {
  const isTaken = isCleared(entry) && (isMedium(entry) || entry.row.role === 'hashes')
  return isTaken && tables.viewings.peek(entry.row.messageId) === undefined
}

/** As sealed: a little more than the files themselves. */
export function sizeOf({ segmentCount }: Pick<BlobRow, 'segmentCount'>): number {
  return segmentCount * limits.segmentBytes
}

type Entry = Keyed<BlobRow>
type Why = 'room' | 'person'

const isToGo = ({ row }: Entry): boolean =>
  row.state === 'complete' || (row.state === 'paused' && row.usedAt !== undefined)
const isCleared = ({ row: { state } }: Entry): boolean => state === 'complete' || state === 'paused'
const mayGo = { room: isToGo, person: isCleared } as const
const isMedium = ({ row }: Entry): boolean => row.role === 'display' || row.role === 'original'
const usedAt = ({ row }: Entry): number => row.usedAt ?? 0

async function bytesHere({ blobs }: Stored, { key, row }: Entry): Promise<number> {
  if (row.state === 'complete') return sizeOf(row)
  return sizeOf({ segmentCount: countBits(await blobs.present(key), row.segmentCount) })
}

/** Gives the ids of what went. */
async function evict(
  context: Stored,
  { key: blobId, row }: Entry,
  parts: RoomParts,
  why: Why,
): Promise<readonly string[]> {
  const { blobs } = context
  if (parts.isRead(blobId)) return []
  const gone = await take(context, blobId, row.messageId, why)
  if (gone.length === 0) return []
  // Who began to read it meanwhile took it for being here.
  if (parts.isRead(blobId)) {
    await giveBack(context, gone)
    return []
  }
  await parts.stop(blobId)
  for (const { key } of gone) await blobs.delete(key)
  // Who began just now may have found bytes that are gone.
  if (parts.isRead(blobId)) await parts.stop(blobId)
  parts.changed(blobId)
  return gone.map(({ key }) => key)
}

/** Gives its row, and that of its list of hashes, as they were; nothing when it has to stay. */
function take({ tables, ledger }: Stored, blobId: string, messageId: string, why: Why): Promise<readonly Entry[]> {
  return ledger.change(async (change) => {
    const own = await change.get(tables.blobs, blobId)
    const place = (await change.get(tables.messageIndex, messageId))?.key
    const message = place === undefined ? undefined : await change.get(tables.messages, place)
    const ref = message && blobRefs(mediaOf(message)).find((each) => each.blobId === blobId)
    if (own === undefined || ref === undefined || !mayGo[why]({ key: blobId, row: own })) return []
    const isWhole = own.state === 'complete'
    // What is said to be delivered is never fetched for it again. Cleared by the person it counts as delivered (`settle-download.ts`).
    if (isWhole && message?.receipt !== 'done' && why === 'room') return []
    // What is to be viewed once is taken away by its view alone.
    if (tables.viewings.peek(messageId) !== undefined) return []
    const gone: Entry[] = []
    for (const { blobId: key } of withHashList(ref)) {
      const row = await change.get(tables.blobs, key)
      if (row === undefined) continue
      gone.push({ key, row })
      const { byItself: _rule, usedAt: _use, ...wished } = row
      // What was cleared does not come again by itself.
      change.put(tables.blobs, key, { ...(why === 'person' ? wished : row), state: isWhole ? 'evicted' : 'offered' })
    }
    return gone
  })
}

function giveBack({ tables, ledger }: Stored, gone: readonly Entry[]): Promise<void> {
  return ledger.change(async (change) => {
    for (const { key, row: before } of gone) {
      const row = await change.get(tables.blobs, key)
      // Unless the person wanted something else of it in between.
      if (row?.state === 'evicted' || row?.state === 'offered')
        change.put(tables.blobs, key, { ...before, readers: row.readers })
    }
  })
}
