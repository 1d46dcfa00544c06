// Sealed media segments: put with the write key of a mailbox at this relay, fetched by anyone who knows the blob's id
// (32 random bytes that only travel inside envelopes). Spec: docs/protocol.md §7.

import { equalBytes } from '../../src/protocol/bytes.ts'
import { deriveMailboxId } from '../mailbox/capability.ts'
import type { RelayLimits } from '../limits.ts'
import type { Log } from '../log.ts'
import { errorFields } from '../log.ts'
import { keyOf } from '../mailbox/hub.ts'
import { createTokenBuckets } from '../mailbox/token-bucket.ts'
import type { Metrics } from '../metrics.ts'
import type { DiskBudget, Reservation } from '../storage/disk-budget.ts'
import type { RelayStore, StoredBlob } from '../storage/store.ts'
import { StoreError } from '../storage/store.ts'
import { hasBit } from './bitmap.ts'
import type { SegmentFiles } from './segment-files.ts'

const hourMs = 60 * 60 * 1000

/** What a segment takes of the disk besides its bytes, at the most: the rest of a block, and the folder of its blob. */
const besidesBytes = 16 * 1024

type PutSegmentResult =
  | { readonly kind: 'stored'; readonly untilMs: number; readonly isNew: boolean }
  | { readonly kind: 'refused'; readonly code: BlobRefusal; readonly retryAfterMs?: number }

type BlobRefusal =
  | 'bad-request'
  | 'too-large'
  | 'unknown-mailbox'
  | 'gone'
  /** The blob was put with the write key of another mailbox. */
  | 'foreign'
  /** Another number of segments, or other bytes, than were put before. */
  | 'mismatch'
  | 'full'
  | 'relay-full'
  | 'too-many-requests'
  | 'internal'

export interface BlobService {
  /** Everything about a put that is known before its body: undefined is a yes. */
  admit(put: SegmentPlace, sizeBytes: number): BlobRefusal | undefined
  /** `address`: where it comes from; undefined: no limit by it. */
  put(put: SegmentPlace, bytes: Uint8Array, address: string | undefined): Promise<PutSegmentResult>
  find(blobId: Uint8Array): Promise<StoredBlob | undefined>
  segment(blobId: Uint8Array, segment: number): Promise<Uint8Array | undefined>
}

export interface SegmentPlace {
  readonly blobId: Uint8Array
  readonly segment: number
  /** Of the whole blob. */
  readonly segments: number
  readonly writeKey: Uint8Array
}

export interface BlobServiceOptions {
  readonly store: RelayStore
  readonly files: SegmentFiles
  readonly disk: DiskBudget
  readonly limits: RelayLimits
  readonly metrics: Metrics
  readonly log: Log
  readonly now: () => number
}

export function createBlobService(options: BlobServiceOptions): BlobService {
  const { store, files, disk, limits, metrics, log, now } = options
  const rate = createTokenBuckets(limits.segments, { keys: limits.bucketKeys, now })
  const bytesOfAddress = createTokenBuckets(limits.segmentBytesPerAddress, { keys: limits.bucketKeys, now })

  function admit({ segment, segments }: SegmentPlace, sizeBytes: number): BlobRefusal | undefined {
    if (segments > limits.blobSegments || sizeBytes > limits.segmentBytes) return 'too-large'
    // All but the last segment are full. What cannot be kept whole would push its own beginning out.
    if (!disk.couldHold((segments - 1) * limits.segmentBytes)) return 'relay-full'
    return segments < 1 || segment >= segments || sizeBytes < 1 ? 'bad-request' : undefined
  }

  /** What is refused, or there already, costs its address nothing. */
  async function put(place: SegmentPlace, bytes: Uint8Array, address: string | undefined): Promise<PutSegmentResult> {
    const refused = admit(place, bytes.length)
    if (refused !== undefined) return refusal(refused)
    const mailboxId = deriveMailboxId(place.writeKey)
    const waitMs = rate.take(keyOf(mailboxId), 1)
    if (waitMs !== undefined) return tooMany(waitMs)
    if (address === undefined) return keep(place, mailboxId, bytes)
    const cost = bytes.length + besidesBytes
    // Taken at once: what is on its way together has to share what is there.
    const addressWaitMs = bytesOfAddress.take(address, cost)
    if (addressWaitMs !== undefined) return tooMany(addressWaitMs)
    const result = await keep(place, mailboxId, bytes)
    if (result.kind === 'refused' || !result.isNew) bytesOfAddress.giveBack(address, cost)
    return result
  }

  async function keep(place: SegmentPlace, mailboxId: Uint8Array, bytes: Uint8Array): Promise<PutSegmentResult> {
    let room: Reservation | undefined
    try {
      room = await disk.reserve('blobs', bytes.length, async () => {
        const tier = await store.mailboxes.tier(mailboxId)
        return tier === 'unknown-mailbox' || tier === 'gone' ? 0 : bytes.length
      })
      if (room === undefined) return refusal('relay-full')
      return await write(place, mailboxId, bytes)
    } catch (error) {
      if (error instanceof StoreError && error.code === 'disk-full') return refusal('relay-full')
      log.error(errorFields(error), 'segment not stored')
      return refusal('internal')
    } finally {
      room?.release()
    }
  }

  async function write(place: SegmentPlace, mailboxId: Uint8Array, bytes: Uint8Array): Promise<PutSegmentResult> {
    const { blobId, segment, segments } = place
    const untilMs = Math.ceil((now() + limits.blobMs) / hourMs) * hourMs
    const reserved = await store.blobs.reserve(blobId, {
      mailboxId,
      segments,
      segment,
      sizeBytes: bytes.length,
      untilMs,
      quota: { contact: limits.mailboxBlobBytes, invite: limits.inviteBlobBytes },
    })
    if (typeof reserved === 'string') return refusal(reserved)
    const { folder } = reserved
    const known = reserved.stored ? await files.read(folder, segment) : undefined
    // Never replaced: others may be reading it, and its hash is in a manifest already.
    if (known !== undefined && !equalBytes(known, bytes)) return refusal('mismatch')
    if (known === undefined) await files.write(folder, segment, bytes)
    const kept = await store.blobs.commit(folder, { segment, sizeBytes: bytes.length, untilMs })
    if (!kept) {
      // Removed to make room while this segment was being written.
      await files.removeFolder(folder).catch(() => undefined)
      return refusal('relay-full')
    }
    if (known === undefined) metrics.count('safelight_segments_stored_total')
    return { kind: 'stored', untilMs, isNew: known === undefined }
  }

  async function find(blobId: Uint8Array): Promise<StoredBlob | undefined> {
    return store.blobs.find(blobId, { nowMs: now() })
  }

  async function segment(blobId: Uint8Array, index: number): Promise<Uint8Array | undefined> {
    const blob = await find(blobId)
    if (blob === undefined || index >= blob.segments || !hasBit(blob.bitmap, index)) return undefined
    const bytes = await files.read(blob.folder, index)
    if (bytes !== undefined) metrics.count('safelight_segments_served_total')
    return bytes
  }

  return { admit, put, find, segment }
}

function tooMany(retryAfterMs: number): PutSegmentResult {
  return { kind: 'refused', code: 'too-many-requests', retryAfterMs }
}

function refusal(code: BlobRefusal): PutSegmentResult {
  return { kind: 'refused', code }
}
