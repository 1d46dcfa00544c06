// What is fetched by itself on Wi-Fi only: it stops when the device leaves it, and goes on when it is back, or when the
// person does not want that rule any more.

import type { Context } from '../context.ts'
import type { BlobRow } from '../records/rows.ts'
import type { Downloads } from './downloads.ts'

/** Gives what looks at the uplink and does that; one look at a time. */
export function createUplinkFollower(
  context: Context,
  downloads: Downloads,
  changed: (blobId: string) => void,
): () => Promise<void> {
  const { tables, ledger, self, uplink } = context
  let last: Promise<void> = Promise.resolve()

  const mayGo = (): boolean => self.row.onlyOnWifi !== true || uplink?.kind() !== 'mobile'

  /** Gives the key of the message where that was so. */
  const move = (blobId: string, from: readonly BlobRow['state'][], state: BlobRow['state']) =>
    ledger.change(async (change) => {
      const row = await change.get(tables.blobs, blobId)
      if (row?.byItself !== true || !from.includes(row.state)) return undefined
      // What was only looked into is fetched whole now.
      const { usedAt: _, ...rest } = row
      change.put(tables.blobs, blobId, { ...rest, state })
      change.after(() => changed(blobId))
      return (await change.get(tables.messageIndex, row.messageId))?.key
    })

  async function look(): Promise<void> {
    const messages = new Set<string>()
    for (const { key: blobId, row } of await tables.blobs.list()) {
      if (row.byItself !== true || context.closing.aborted) continue
      if (mayGo()) messages.add((await move(blobId, ['offered', 'paused'], 'wanted')) ?? '')
      else if ((await move(blobId, ['wanted'], 'paused')) !== undefined) await downloads.stop(blobId)
    }
    messages.delete('')
    for (const key of messages) downloads.add(key)
  }

  return () => {
    last = last.catch(() => undefined).then(look)
    return last
  }
}
