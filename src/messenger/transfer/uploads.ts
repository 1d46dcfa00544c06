// Puts sealed segments at a relay. What the relay already has is asked first, so nothing finished is sent again after
// a crash on either side.

import { equalBytes } from '../../protocol/bytes.ts'
import type { FailureReason } from '../api.ts'
import type { Context } from '../context.ts'
import { limits, times } from '../limits.ts'
import { TransportError } from '../ports.ts'
import { missingBits } from './bitmap.ts'
import type { Progress } from './progress.ts'
import { pause } from '../wait.ts'
import type { StoppedUploads } from './stopped-uploads.ts'

export type UploadOutcome =
  | { readonly kind: 'done'; readonly until: number }
  | { readonly kind: 'interrupted' }
  /** The rest is there; the person has stopped some of it. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'refused'; readonly reason: FailureReason }

export interface Uploads {
  /**
   * Uploads every blob of a message. `stop` is asked before each segment: the recipient may have fetched it directly.
   * `from`: the end, where they have a beginning already, which is the last to be needed from a relay.
   * @throws TransportError when the relay cannot be reached
   */
  upload(
    blobIds: readonly string[],
    to: Mailbox & { readonly from: 'beginning' | 'end' },
    stop: () => boolean,
  ): Promise<UploadOutcome>
}

interface Mailbox {
  readonly relay: string
  readonly writeKey: Uint8Array
}

const dayMs = 24 * 60 * 60 * 1000

export function createUploads(context: Context, progress: Progress, stopped: StoppedUploads): Uploads {
  const { tables, ledger, transport, blobs, clock } = context

  /** Puts what is missing at the relay, on the account of one mailbox. @throws TransportError */
  async function put(
    blobId: string,
    mailbox: Mailbox,
    {
      missing,
      segmentCount,
      isMoved,
    }: { readonly missing: readonly number[]; readonly segmentCount: number; readonly isMoved: boolean },
    stop: () => boolean,
  ): Promise<UploadOutcome | undefined> {
    const { relay: url, writeKey } = mailbox
    const signal = context.closing
    let hasFailed = false
    const isOver = (): boolean => hasFailed || stop()
    const soon = (): number => clock.now() + times.segmentWaitMs
    let patientUntilMs = soon()
    /** In short steps: something small may come that should not wait. */
    const waitAsAsked = async (askedMs: number): Promise<void> => {
      for (let leftMs = askedMs; leftMs > 0 && !isOver(); leftMs -= times.retryMinMs)
        await pause(clock, Math.min(leftMs, times.retryMinMs), signal)
    }
    const putOne = async (index: number): Promise<UploadOutcome | undefined> => {
      if (isOver()) return { kind: 'interrupted' }
      const bytes = await blobs.read(blobId, index)
      if (bytes === undefined) return { kind: 'refused', reason: 'damaged' }
      try {
        await transport.relay(url).putSegment(blobId, index, bytes, { writeKey, segmentCount, signal })
      } catch (error) {
        const reason = refusalOf(error, isMoved)
        if (reason !== undefined) return { kind: 'refused', reason }
        const askedMs = waitOf(error)
        hasFailed ||= askedMs === undefined || clock.now() + askedMs > patientUntilMs
        if (askedMs === undefined || hasFailed) throw error
        await waitAsAsked(askedMs)
        return putOne(index)
      }
      patientUntilMs = soon()
      progress.step(blobId)
      return undefined
    }
    return lanes(missing, putOne)
  }

  /** Written before anything is put: whatever address they have later, a relay takes the rest on the same account only. */
  const begin = (blobId: string, mailbox: Mailbox): Promise<void> =>
    ledger.change(async (change) => {
      const row = await change.get(tables.blobs, blobId)
      if (row === undefined) return
      const others = (row.accounts ?? []).filter(({ relay }) => relay !== mailbox.relay)
      const accounts = [...others, { relay: mailbox.relay, writeKey: mailbox.writeKey }].slice(-limits.blobAccounts)
      change.put(tables.blobs, blobId, { ...row, accounts })
    })

  /** By relay and blob: when the upload that is under way has ended. */
  const turns = new Map<string, Promise<unknown>>()

  /**
   * One after another: of a message to several people each would put all of it otherwise. Whoever comes next asks what is
   * there by then.
   */
  async function inTurn(
    key: string,
    stop: () => boolean,
    work: () => Promise<UploadOutcome | undefined>,
  ): Promise<UploadOutcome | undefined> {
    for (let busy = turns.get(key); busy !== undefined; busy = turns.get(key)) {
      if (stop()) return { kind: 'interrupted' }
      const rest = new AbortController()
      await Promise.race([busy, pause(clock, times.retryMinMs, AbortSignal.any([context.closing, rest.signal]))])
      rest.abort()
      context.closing.throwIfAborted()
    }
    const mine = work()
    turns.set(
      key,
      mine.catch(() => undefined),
    )
    return await mine.finally(() => turns.delete(key))
  }

  /** All of one blob is there: undefined. @throws TransportError */
  async function uploadOne(
    blobId: string,
    { from, ...mailbox }: Mailbox & { readonly from: 'beginning' | 'end' },
    stop: () => boolean,
  ): Promise<UploadOutcome | undefined> {
    const { relay: url, writeKey } = mailbox
    const relay = transport.relay(url)
    const signal = context.closing
    const row = stopped.has(blobId) ? undefined : await tables.blobs.get(blobId)
    if (row === undefined) return undefined
    const { segmentCount } = row
    const there = await relay.presentSegments(blobId, { signal })
    const missing = missingBits(there, segmentCount)
    if (from === 'end') missing.reverse()
    progress.begin(blobId, segmentCount, segmentCount - missing.length)
    if (missing.length > 0) {
      const begun = row.accounts?.find((account) => account.relay === url)
      if (begun === undefined) await begin(blobId, mailbox)
      const isMoved = begun !== undefined && !equalBytes(begun.writeKey, writeKey)
      let outcome = await put(blobId, begun ?? mailbox, { missing, segmentCount, isMoved }, stop)
      const isGone = outcome?.kind === 'refused' && outcome.reason === 'blocked'
      if (isGone && isMoved) {
        // The mailbox that it was begun on is gone: now the relay takes it on the account of another.
        await begin(blobId, mailbox)
        outcome = await put(blobId, mailbox, { missing, segmentCount, isMoved: false }, stop)
      }
      if (outcome !== undefined) return outcome
    }
    // A relay that ran out of room meanwhile may have let go of what it had: only what is there counts as kept.
    const kept = missing.length === 0 ? there : await relay.presentSegments(blobId, { signal })
    if (missingBits(kept, segmentCount).length > 0) throw new TransportError('relay-refused', { status: 507 })
    return undefined
  }

  return {
    async upload(blobIds, to, stop) {
      for (const blobId of blobIds) {
        const stopNow = (): boolean => stop() || stopped.has(blobId)
        const outcome = await inTurn(`${to.relay} ${blobId}`, stopNow, () => uploadOne(blobId, to, stopNow))
        if (outcome !== undefined) return outcome
      }
      if (blobIds.some((blobId) => stopped.has(blobId))) return { kind: 'stopped' }
      const info = await transport.relay(to.relay).info({ signal: context.closing })
      return { kind: 'done', until: hourly(clock.now() + info.limits.blobDays * dayMs) }
    },
  }
}

/** Runs a few at a time; the first outcome ends it, as does the first error. */
async function lanes(
  indexes: readonly number[],
  work: (index: number) => Promise<UploadOutcome | undefined>,
): Promise<UploadOutcome | undefined> {
  const queue = indexes.values()
  let outcome: UploadOutcome | undefined
  const lane = async (): Promise<void> => {
    for (const index of queue) {
      if (outcome !== undefined) return
      const result = await work(index)
      outcome ??= result
    }
  }
  // What is still under way is waited for: whoever goes on with the rest would put it again.
  const ends = await Promise.allSettled(Array.from({ length: limits.relaySegmentsInFlight }, lane))
  for (const end of ends) if (end.status === 'rejected') throw end.reason
  return outcome
}

const statusReasons: Readonly<Record<number, FailureReason>> = {
  // On another account, which this device has forgotten: what waits behind it must not wait with it.
  403: 'blocked',
  410: 'blocked',
  413: 'too-large',
  507: 'relay-full',
}

/** A refusal for good; undefined for whatever may pass. `isMoved`: on the account of a mailbox that they have left. */
function refusalOf(error: unknown, isMoved: boolean): FailureReason | undefined {
  if (!(error instanceof TransportError) || error.code !== 'relay-refused') return undefined
  // Closed so long ago that the relay has forgotten it.
  if (error.status === 404 && isMoved) return 'blocked'
  return error.status === undefined ? undefined : statusReasons[error.status]
}

/** How long a relay that has too much to do asks to wait. */
function waitOf(error: unknown): number | undefined {
  if (!(error instanceof TransportError) || error.status !== 429) return undefined
  return Math.max(error.retryAfterMs ?? 0, times.retryMinMs)
}

function hourly(ms: number): number {
  const hourMs = 60 * 60 * 1000
  return Math.floor(ms / hourMs) * hourMs
}
