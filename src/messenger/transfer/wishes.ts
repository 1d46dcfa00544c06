// What the person wants of a download: to look into it, to have it after all, to stop it, to go on, to give it up. Stored
// first, then done.

import type { Context } from '../context.ts'
import type { BlobRow } from '../records/rows.ts'
import type { BlobRef } from './blob-refs.ts'
import { withHashList } from './blob-refs.ts'
import type { Downloads } from './downloads.ts'

export interface Wishes {
  /**
   * What is read of it from now on is kept as a part of it: `paused`, under the rule that it was under before, until other
   * media need the room.
   */
  look(ref: BlobRef): Promise<void>
  /** Fetches it, unless it is here or of a request. */
  start(ref: BlobRef): Promise<void>
  pause(ref: BlobRef): Promise<void>
  /** Gives it up, with what is here of it. */
  cancel(ref: BlobRef): Promise<void>
  /** Fetches what was damaged once more, from the beginning. */
  retry(ref: BlobRef): Promise<void>
}

type State = BlobRow['state']

export function createWishes(context: Context, downloads: Downloads, changed: (blobId: string) => void): Wishes {
  const { tables, ledger, blobs, clock } = context

  /** Moves a blob and its list of hashes from one of these states. Gives the message's key where that was so. */
  const move = (ref: BlobRef, from: readonly State[], to: State, isLook = false): Promise<string | undefined> =>
    ledger.change(async (change) => {
      const own = await change.get(tables.blobs, ref.blobId)
      if (own === undefined || !from.includes(own.state)) return undefined
      for (const { blobId } of withHashList(ref)) {
        const row = await change.get(tables.blobs, blobId)
        if (row === undefined) continue
        const { byItself: _rule, usedAt: _use, ...wished } = row
        // But for a look, it is the person's word that counts from now on.
        change.put(tables.blobs, blobId, { ...(isLook ? { ...row, usedAt: clock.now() } : wished), state: to })
      }
      change.after(() => changed(ref.blobId))
      return (await change.get(tables.messageIndex, own.messageId))?.key
    })

  async function want(ref: BlobRef, from: readonly State[]): Promise<void> {
    const key = await move(ref, from, 'wanted')
    if (key !== undefined) downloads.add(key)
  }

  async function clear(ref: BlobRef): Promise<void> {
    for (const { blobId } of withHashList(ref)) await blobs.delete(blobId)
  }

  return {
    async look(ref) {
      await move(ref, ['offered', 'evicted'], 'paused', true)
    },
    start: (ref) => want(ref, ['offered', 'evicted', 'paused']),
    async pause(ref) {
      if ((await move(ref, ['wanted', 'paused'], 'paused')) !== undefined) await downloads.stop(ref.blobId)
    },
    async cancel(ref) {
      if ((await move(ref, ['wanted', 'paused', 'damaged'], 'offered')) === undefined) return
      await downloads.stop(ref.blobId)
      await clear(ref)
    },
    async retry(ref) {
      if ((await tables.blobs.get(ref.blobId))?.state !== 'damaged') return want(ref, ['offered', 'evicted', 'paused'])
      await clear(ref)
      return want(ref, ['damaged'])
    },
  }
}
