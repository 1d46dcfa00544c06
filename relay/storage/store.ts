// What the relay keeps, as an interface: mailboxes with their envelopes and bundles, and the index of blobs (their bytes
// are files, see ../blobs/). Implementations differ in the database only.
//
// Contract: a promise of a change resolves once the change survives a power cut. Calls made in one turn take effect in
// call order, each wholly or not at all. Times are milliseconds since the epoch; expired envelopes and blobs are never
// returned, even before `sweep` has removed them. A store that cannot write rejects with StoreError.

import type { ClockNote } from '../clock-watch.ts'
import type { PushStore } from './push-store.ts'

/**
 * What a row counts for besides its bytes, with its index entries, so that many tiny rows cannot fill the disk unseen.
 */
export const rowBytes = 256

export type Tier = 'contact' | 'invite'

/** Never existed or was abandoned; closed by its owner. */
export type Missing = 'unknown-mailbox' | 'gone'

interface NamedBytes {
  /** SHA-256 of the bytes. */
  readonly id: Uint8Array
  readonly bytes: Uint8Array
}

export interface KeptEnvelope extends NamedBytes {
  readonly sequence: number
}

/** Shared by the fetches of one request: each takes what it returns. */
export interface AnswerBudget {
  bytes: number
  envelopes: number
}

export interface MailboxStore {
  /**
   * `admit` is asked when there is no such mailbox yet, and may refuse it. With `as` it is created for a member only, who
   * has this id; which one it was is not kept.
   */
  open(
    id: Uint8Array,
    options: {
      tier: Tier
      nowMs: number
      as?: { readonly memberId: Uint8Array | undefined }
      admit: () => Refusal | undefined
    },
  ): Promise<'created' | 'exists' | 'gone' | 'not-a-member' | 'banned' | Refusal>
  /**
   * Nobody finds it again, and others may go on with its blobs; what is in it is left to `removeClosed` and `sweep`. The id is
   * remembered until `tombstoneUntilMs`. Closing twice is fine.
   */
  close(id: Uint8Array, options: { tombstoneUntilMs: number }): Promise<'ok' | 'unknown-mailbox'>
  /**
   * All or none. An envelope that is already there keeps its time and counts as stored. `admit` is asked last, with the
   * number of new envelopes, their bytes, and the number of those that are there, and may answer how long to wait instead.
   */
  put(
    id: Uint8Array,
    envelopes: readonly NamedBytes[],
    options: {
      nowMs: number
      untilMs: number
      bounds: Readonly<Record<Tier, MailboxBounds>>
      admit: (
        tier: Tier,
        added: { readonly envelopes: number; readonly bytes: number },
        held: number,
      ) => number | undefined
    },
  ): Promise<
    { readonly until: readonly number[]; readonly added: number } | { readonly waitMs: number } | Missing | 'full'
  >
  /** Oldest first. Always takes one envelope from a budget that has any bytes left, so that a caller gets on. */
  fetch(
    id: Uint8Array,
    options: { after: number; limit: number; nowMs: number; budget: AnswerBudget },
  ): Promise<{ readonly items: readonly KeptEnvelope[]; readonly more: boolean } | Missing>
  ack(id: Uint8Array, ids: readonly Uint8Array[], options: { nowMs: number }): Promise<'ok' | Missing>
  tier(id: Uint8Array): Promise<Tier | Missing>
  /** The highest sequence given out so far; notes that the owner was here. */
  newest(id: Uint8Array, options: { nowMs: number }): Promise<number | Missing>
  /** Takes the place of what is left of the bundle; a one-time part that was taken before is not offered again. */
  putBundle(
    id: Uint8Array,
    bundle: { readonly main: Uint8Array; readonly oneTime: readonly NamedBytes[] },
    options: { nowMs: number; oneTimeUntilMs: number; poolSize: number },
  ): Promise<'ok' | Missing | 'full'>
  /**
   * The main part alone where `takes` are remembered, or no one-time part is left. `empty`: no bundle was put. `relay-full`:
   * there is no room to remember this one.
   */
  takeBundle(
    id: Uint8Array,
    takeId: Uint8Array,
    options: { nowMs: number; takeUntilMs: number; takenUntilMs: number; takes: number; hasRoom: boolean },
  ): Promise<TakenBundle | Missing | 'empty' | 'relay-full'>
  /** Whether there is a main part, and how many one-time parts can be taken. */
  countBundle(
    id: Uint8Array,
    options: { nowMs: number },
  ): Promise<{ readonly main: boolean; readonly oneTime: number } | Missing>
}

/** No room, or how long to wait. */
export type Refusal = 'relay-full' | { readonly waitMs: number }

interface MailboxBounds {
  readonly envelopes: number
  readonly bytes: number
}

export interface TakenBundle {
  readonly main: Uint8Array
  readonly oneTime?: Uint8Array
}

export type Standing = 'member' | 'banned' | 'not-a-member'

export interface JoinCode {
  /** Counts from 1; never given twice. */
  readonly number: number
  readonly uses: number
  readonly used: number
  /** The day, at midnight UTC. */
  readonly madeAtMs: number
  /** 0: withdrawn. */
  readonly untilMs: number
}

export interface Member {
  /** Counts from 1; never given twice. */
  readonly number: number
  /** The number of the code they joined with. */
  readonly code: number
  /** The day, at midnight UTC. */
  readonly joinedAtMs: number
  readonly banned: boolean
}

/** Codes and memberships are named by hashes of them. Nothing is ever removed: a clock that was set wrong loses nothing. */
export interface MembershipStore {
  /** Returns the code's number. */
  invite(codeId: Uint8Array, options: { uses: number; nowMs: number; untilMs: number }): Promise<number>
  /** One use of the code for each new member; for a member, whatever the code, `ok` and none. */
  join(
    codeId: Uint8Array,
    memberId: Uint8Array,
    options: { nowMs: number; closed: boolean },
  ): Promise<'ok' | 'banned' | 'joining-closed' | 'unknown-code' | 'code-expired' | 'code-used'>
  standing(memberId: Uint8Array | undefined): Promise<Standing>
  /** False: there is none of that number. */
  withdraw(codeNumber: number): Promise<boolean>
  ban(memberNumber: number): Promise<boolean>
  /** By number. */
  codes(options: { after: number; limit: number }): Promise<readonly JoinCode[]>
  members(options: { after: number; limit: number }): Promise<readonly Member[]>
}

/** What one mailbox takes of the disk. */
export interface MailboxSize {
  readonly id: Uint8Array
  readonly tier: Tier
  readonly envelopes: number
  readonly bytes: number
  readonly blobBytes: number
}

export interface BlobIndex {
  /** Before a segment is written: finds or creates the blob. `stored`: the segment is already there. */
  reserve(
    id: Uint8Array,
    options: {
      mailboxId: Uint8Array
      segments: number
      segment: number
      sizeBytes: number
      untilMs: number
      quota: Readonly<Record<Tier, number>>
    },
  ): Promise<{ readonly folder: number; readonly stored: boolean } | Missing | 'foreign' | 'mismatch' | 'full'>
  /** After its file is durable: marks the segment and prolongs the blob. False: the blob was removed meanwhile. */
  commit(folder: number, options: { segment: number; sizeBytes: number; untilMs: number }): Promise<boolean>
  find(id: Uint8Array, options: { nowMs: number }): Promise<StoredBlob | undefined>
  /** Blobs to remove: the expired ones, or, with `oldest`, the ones that would expire next. */
  candidates(options: { nowMs: number; limit: number; oldest: boolean }): Promise<readonly number[]>
  /** False, and nothing is removed, when the blob is wanted for longer than `expiredAtMs`: it was put again. */
  remove(folder: number, options?: { expiredAtMs: number }): Promise<boolean>
  exists(folder: number): Promise<boolean>
}

export interface StoredBlob {
  /** Names the folder of its segments; never used again for another blob. */
  readonly folder: number
  readonly segments: number
  /** Bit i (least significant first) of byte i / 8: segment i is stored. */
  readonly bitmap: Uint8Array
}

/** What counts against the disk limit. */
export interface StoreUsage {
  /** What mailboxes hold, and blobs with their files, by the books. */
  readonly mailboxBytes: number
  readonly blobBytes: number
  /** What the database takes on the disk, beyond what an empty one does: more than mailboxes hold after much was removed. */
  readonly databaseBytes: number
  /** Of these, what mailboxes fill again before the database gets larger. */
  readonly freeBytes: number
}

export interface RelayStore {
  readonly mailboxes: MailboxStore
  readonly blobs: BlobIndex
  readonly membership: MembershipStore
  readonly push: PushStore
  usage(): StoreUsage
  /** Removes what is left of closed mailboxes, up to the limit; true: there may be more. */
  removeClosed(limit: { readonly rows: number; readonly bytes: number }): Promise<boolean>
  /**
   * Removes expired and abandoned rows, and those of closed mailboxes, up to the limit, of which one mailbox may have more than
   * a portion takes; true: there may be more.
   */
  sweep(options: {
    nowMs: number
    limit: { readonly rows: number; readonly bytes: number }
    idleSinceMs: Readonly<Record<Tier, number>>
  }): Promise<boolean>
  /** Gives back some room of what was removed, if that is more than will soon be used again; true: there is more. */
  compact(): Promise<boolean>
  /** One note that outlives a restart, for ../clock-watch.ts. */
  readonly clock: {
    read(): Promise<ClockNote | undefined>
    write(note: ClockNote): Promise<void>
  }
  /** How much there is; counts rows, so it takes a moment on a large store. */
  count(): Promise<{ readonly mailboxes: number; readonly envelopes: number; readonly blobs: number }>
  /** The mailboxes that take most room, the largest first; takes a moment, too. */
  largest(limit: number): Promise<readonly MailboxSize[]>
  /**
   * Writes a copy of everything but the segments into this folder, as it stands at one moment; goes on working
   * meanwhile. Then `each` is called for every stored segment; where it says false, the copy knows nothing of it.
   */
  backup(directory: string, each: (folder: number, segment: number) => Promise<boolean>): Promise<void>
  /** Resolves when a write would work and nothing damaged was met so far. */
  check(): Promise<void>
  close(): Promise<void>
}

/** `damaged`: what is on the disk is not what was written there. */
export type StoreErrorCode = 'disk-full' | 'damaged' | 'failed'

export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, options?: ErrorOptions) {
    super(code, options)
    this.code = code
  }
}
