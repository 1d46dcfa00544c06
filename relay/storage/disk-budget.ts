// Decides whether there is room for more bytes, and makes some by removing the blobs that would expire first. Envelopes
// are never removed to make room: what was answered `stored` stays.
//
// [Note: What counts] Blobs are files, which go when blobs go. Mailboxes are in a database, whose file stays as it is when they
// are emptied, until a sweep makes it smaller; what is free in it is room for mailboxes and for nothing else. So blobs have
// what the file leaves of the limit, and mailboxes what all that is kept leaves of it. Where the books say more than the
// file takes, they count: it is going to be written.

import { statfs } from 'node:fs/promises'
import type { RelayLimits } from '../limits.ts'
import type { RelayStore } from './store.ts'

const defaultMaxBytes = 10_000_000_000
const defaultShare = 0.8
/** How old a look at the disk's free space may be. */
const freeBytesAgeMs = 10_000
/** Blobs removed between two looks at the usage. */
const evictionBatch = 4

/** What the room is for. */
export type DiskUse = 'mailboxes' | 'blobs'

export interface DiskBudget {
  readonly maxBytes: number
  /** What the database takes of it beyond what mailboxes hold: room for mailboxes alone, until a sweep gives it back. */
  unusedBytes(): number
  /** Whether a blob of that size could be here if it were the only one. */
  couldHold(blobBytes: number): boolean
  /**
   * Holds room until `release`, by when the bytes are written and counted by the store. Undefined: the relay is full.
   * Rejects when no room could be made because something failed; the next call starts afresh.
   *
   * `entitled` is asked before anything is removed or refused: how many of the bytes are for mailboxes that exist. Only
   * for those room is made, or anybody could push out what others have stored.
   */
  reserve(use: DiskUse, bytes: number, entitled: () => Promise<number>): Promise<Reservation | undefined>
}

export interface Reservation {
  release(): void
}

export interface DiskBudgetOptions {
  readonly directory: string
  readonly maxBytes: number | undefined
  readonly store: RelayStore
  readonly limits: RelayLimits
  readonly now: () => number
  readonly removeBlob: (folder: number) => Promise<void>
}

export async function createDiskBudget(options: DiskBudgetOptions): Promise<DiskBudget> {
  const { store, limits, now } = options
  // See [Note: What counts].
  function mailboxesTake(use: DiskUse): number {
    const { mailboxBytes, databaseBytes, freeBytes } = store.usage()
    return Math.max(mailboxBytes, databaseBytes - (use === 'mailboxes' ? freeBytes : 0))
  }
  const taken = (use: DiskUse): number => mailboxesTake(use) + store.usage().blobBytes
  let free = await readFree()
  let freeAtMs = now()
  // What is kept already counts as free here, or the default would shrink with every start.
  const maxBytes = options.maxBytes ?? Math.min(defaultMaxBytes, Math.floor((free + taken('blobs')) * defaultShare))
  let reserved = 0
  let evicting: Promise<void> | undefined

  async function readFree(): Promise<number> {
    const { bavail, bsize } = await statfs(options.directory)
    return bavail * bsize
  }

  const isFree = (bytes: number): boolean => free - reserved - bytes >= limits.freeBytes
  const fits = (use: DiskUse, bytes: number): boolean => taken(use) + reserved + bytes <= maxBytes

  async function evict(use: DiskUse, bytes: number): Promise<void> {
    while (!fits(use, bytes)) {
      const folders = await store.blobs.candidates({ nowMs: now(), limit: evictionBatch, oldest: true })
      if (folders.length === 0) return
      for (const folder of folders) if (!fits(use, bytes)) await options.removeBlob(folder)
    }
  }

  async function reserve(
    use: DiskUse,
    announced: number,
    entitled: () => Promise<number>,
  ): Promise<Reservation | undefined> {
    if (Math.abs(now() - freeAtMs) > freeBytesAgeMs) {
      freeAtMs = now()
      free = await readFree()
    }
    const bytes = fits(use, announced) && isFree(announced) ? announced : await entitled()
    if (bytes === 0) return { release: () => undefined }
    if (!isFree(bytes)) return undefined
    // Making room is pointless when all blobs together would not be enough.
    if (mailboxesTake(use) + reserved + bytes > maxBytes) return undefined
    if (!fits(use, bytes)) {
      // One eviction at a time, or two would remove twice as much as is needed.
      const previous = evicting
      evicting = (async () => {
        // Whoever waits for one that failed was told so; the next tries anew.
        await previous?.catch(() => undefined)
        await evict(use, bytes)
      })()
      await evicting
      if (!fits(use, bytes)) return undefined
    }
    reserved += bytes
    let held = true
    return {
      release() {
        if (held) reserved -= bytes
        held = false
      },
    }
  }

  return {
    maxBytes,
    unusedBytes: () => Math.max(0, store.usage().databaseBytes - store.usage().mailboxBytes),
    couldHold: (blobBytes) => mailboxesTake('mailboxes') + blobBytes <= maxBytes,
    reserve,
  }
}
