// What contacts may fetch from this device over a direct link.

import type { Context } from '../context.ts'
import type { StoppedUploads } from './stopped-uploads.ts'

/** Gives a contact one segment, if it may have it. */
export type SegmentReader = (contactId: string, blobId: string, index: number) => Promise<Uint8Array | undefined>

/** Blobs whose rows are remembered: they are asked for with each of thousands of segments. */
const remembered = 16

interface Served {
  readonly readers: readonly string[]
  readonly segmentCount: number
  readonly isMine: boolean
}

/** `served` is called for each segment of mine that was given. */
export function createSegmentReader(
  { tables, blobs }: Context,
  stopped: StoppedUploads,
  served: (blobId: string, segmentCount: number, index: number) => void,
): SegmentReader {
  /** Oldest first. */
  const rows = new Map<string, Served>()

  async function rowOf(blobId: string, contactId: string): Promise<Served | undefined> {
    const known = rows.get(blobId)
    // Readers are added, where somebody in a group can be reached at last.
    if (known?.readers.includes(contactId) === true) return known
    const row = await tables.blobs.get(blobId)
    if (row === undefined) return undefined
    const isMine = row.state === 'mine'
    // What is to be viewed is not passed on: that it is gone from here would tell that it was.
    const isPassedOn = isMine || tables.viewings.peek(row.messageId) === undefined
    const found = { readers: isPassedOn ? row.readers : [], segmentCount: row.segmentCount, isMine }
    rows.delete(blobId)
    rows.set(blobId, found)
    const [oldest] = rows.keys()
    if (rows.size > remembered && oldest !== undefined) rows.delete(oldest)
    return found
  }

  return async (contactId, blobId, index) => {
    const row = await rowOf(blobId, contactId)
    if (row === undefined || !row.readers.includes(contactId) || stopped.has(blobId)) return undefined
    // Of a deleted message nothing is left to read, whatever is remembered.
    const bytes = await blobs.read(blobId, index)
    if (bytes !== undefined && row.isMine) served(blobId, row.segmentCount, index)
    return bytes
  }
}
