// Room for newer media: beyond the budget those go first that nobody looked at for longest. Only what is whole and was said
// to be delivered goes; what is mine, or on its way, never does.

import type { Context } from '../context.ts'
import type { BlobRow } from '../records/rows.ts'
import type { Keyed } from '../records/table.ts'
import { sizeOf } from './usage.ts'

export async function makeRoom(context: Context, changed: (blobId: string) => void): Promise<void> {
  const { tables, self } = context
  const budget = self.row.mediaBudgetBytes ?? 0
  if (budget === 0) return
  const here = (await tables.blobs.list()).filter(({ row }) => row.state === 'complete')
  let total = here.reduce((sum, { row }) => sum + sizeOf(row), 0)
  // A poster is small and all that is left to see of a video; a list of hashes goes with what it lists.
  const oldest = here
    .filter(({ row }) => row.role === 'display' || row.role === 'original')
    .toSorted((a, b) => usedAt(a) - usedAt(b))
  for (const { key, row } of oldest) {
    if (total <= budget) return
    if (await evict(context, key, row.messageId, changed)) total -= sizeOf(row)
  }
}

/** All of one conversation that could have to make room, at once. */
export async function clearMedia(
  context: Context,
  conversationId: string,
  changed: (blobId: string) => void,
): Promise<void> {
  const { tables } = context
  for (const { key, row } of await tables.blobs.list()) {
    if (row.state !== 'complete' || (row.role !== 'display' && row.role !== 'original')) continue
    const place = (await tables.messageIndex.get(row.messageId))?.key
    if (place?.startsWith(`${conversationId}/`) === true) await evict(context, key, row.messageId, changed)
  }
}

/** Gives whether it went. */
async function evict(
  { tables, ledger, blobs }: Context,
  blobId: string,
  messageId: string,
  changed: (blobId: string) => void,
): Promise<boolean> {
  const gone = await ledger.change(async (change) => {
    const row = await change.get(tables.blobs, blobId)
    const key = (await change.get(tables.messageIndex, messageId))?.key
    const message = key === undefined ? undefined : await change.get(tables.messages, key)
    // What is to be viewed once is taken away by its view alone.
    const mayGo = message?.receipt === 'done' && tables.viewings.peek(messageId) === undefined
    if (row?.state !== 'complete' || !mayGo) return false
    change.put(tables.blobs, blobId, { ...row, state: 'evicted' })
    return true
  })
  if (!gone) return false
  await blobs.delete(blobId)
  changed(blobId)
  return true
}

function usedAt({ row }: Keyed<BlobRow>): number {
  return row.usedAt ?? 0
}
