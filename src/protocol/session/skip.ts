// Keys of messages that have not arrived yet (docs/protocol.md §4): made when a later message arrives first, used once,
// and given up by number and by age. What was given up is remembered as one number per epoch, so that a late message
// is told apart from a repeated one.

import type { Bytes } from '../bytes.ts'
import { limits } from '../limits.ts'
import { stepChain } from './keys.ts'
import type { ClosedEpoch, Ratchet, ReceivingChain, SkippedKey } from './ratchet.ts'

/** Moves a chain to message `until`, keeping the keys in between. The caller has checked the jump. */
export function skipTo(
  chain: ReceivingChain,
  until: number,
  nowMs: number,
): { readonly chain: ReceivingChain; readonly skipped: readonly SkippedKey[] } {
  const skipped: SkippedKey[] = []
  let { chainKey } = chain
  for (let n = chain.next; n < until; n++) {
    const step = stepChain(chainKey)
    skipped.push({ epoch: chain.epoch, n, key: step.messageKey, skippedAtMs: nowMs })
    chainKey = step.chainKey
  }
  return { chain: { ...chain, chainKey, next: Math.max(chain.next, until) }, skipped }
}

export type SkippedLookup =
  | { readonly kind: 'found'; readonly messageKey: Bytes; readonly ratchet: Ratchet }
  | { readonly kind: 'duplicate' | 'too-old' }

/** Takes the key of one message out. The message is one whose key has been derived before. */
export function takeSkipped(ratchet: Ratchet, from: ReceivingChain | ClosedEpoch, n: number): SkippedLookup {
  const found = ratchet.skipped.find((entry) => entry.epoch === from.epoch && entry.n === n)
  if (found === undefined) return { kind: n < from.droppedBelow ? 'too-old' : 'duplicate' }
  const skipped = ratchet.skipped.filter((entry) => entry !== found)
  return { kind: 'found', messageKey: found.key, ratchet: { ...ratchet, skipped } }
}

/** The ratchet within its bounds at this time: too old and too many keys and epochs are gone. */
export function withinBounds(ratchet: Ratchet, nowMs: number): Ratchet {
  if (ratchet.closed.length === 0 && ratchet.skipped.length === 0) return ratchet
  const oldestMs = nowMs - limits.ratchetLateMs
  const closed = ratchet.closed.filter((epoch) => epoch.closedAtMs >= oldestMs).slice(0, limits.ratchetOldEpochs)
  const oldestEpoch = Math.min(...closed.map(({ epoch }) => epoch), ratchet.receiving?.epoch ?? 0)
  const openable = ratchet.skipped.filter(({ epoch }) => epoch >= oldestEpoch)
  const kept = openable.slice(-limits.ratchetSkippedKeys).filter(({ skippedAtMs }) => skippedAtMs >= oldestMs)
  if (kept.length === ratchet.skipped.length && closed.length === ratchet.closed.length) return ratchet

  const keptSet = new Set(kept)
  const droppedBelow = new Map<number, number>()
  for (const entry of openable) if (!keptSet.has(entry)) droppedBelow.set(entry.epoch, entry.n + 1)
  const mark = <Epoch extends ReceivingChain | ClosedEpoch>(epoch: Epoch): Epoch => ({
    ...epoch,
    droppedBelow: Math.max(epoch.droppedBelow, droppedBelow.get(epoch.epoch) ?? 0),
  })
  return {
    ...ratchet,
    closed: closed.map(mark),
    receiving: ratchet.receiving && mark(ratchet.receiving),
    skipped: kept,
  }
}
