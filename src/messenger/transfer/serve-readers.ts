// What somebody waits for, at once, from whoever has it first in the order of the sources.

import type { Asking } from './asking.ts'
import { Distrusted } from './asking.ts'
import { TransportError } from '../ports.ts'
import { nextAwaited, nextBehind } from './plan.ts'
import type { SegmentSource } from './segment-source.ts'
import type { StoredBlob } from './stored-blob.ts'
import type { Turns } from './turns.ts'

export interface ServeParts {
  readonly blob: StoredBlob
  readonly asking: Asking
  readonly turns: Turns
  /** The newest wish first. */
  readonly awaited: () => readonly number[]
  /** The last one that came while somebody waited for it. */
  readonly answered: () => readonly number[]
}

/**
 * Until nobody waits for anything that can be had, and what they will read next is here. `missing`: somebody does, and nobody has it now.
 * @throws StorageError, and what aborted the signal
 */
export async function serveReaders(
  { blob, asking, turns, awaited, answered }: ServeParts,
  sources: readonly SegmentSource[],
  signal: AbortSignal,
): Promise<'rested' | 'missing'> {
  const away = new Set<number>()
  const stop = new AbortController()
  const both = AbortSignal.any([signal, stop.signal])
  /** Under way because somebody waits for it; what was read ahead is not. */
  const urgent = new Set<number>()
  let running = 0
  let failure: { readonly error: unknown } | undefined

  async function fromFirst(index: number): Promise<boolean> {
    for (const source of sources) {
      try {
        if (await asking.ask(source, index, both)) return true
      } catch (error) {
        both.throwIfAborted()
        if (!(error instanceof TransportError) && !(error instanceof Distrusted)) throw error
      }
    }
    return false
  }

  async function obtain(index: number): Promise<void> {
    try {
      if (!(await asking.during(index, () => fromFirst(index)))) away.add(index)
    } catch (error) {
      failure ??= { error }
      stop.abort()
    } finally {
      running -= 1
      urgent.delete(index)
      turns.next()
    }
  }

  for (;;) {
    const wishes = both.aborted ? [] : awaited()
    const situation = asking.situation((index) => !away.has(index))
    const first = nextAwaited(situation, wishes)
    for (const index of first) urgent.add(index)
    const isAlone = urgent.size > 0 || both.aborted
    const next = isAlone ? first : nextBehind(situation, wishes.length > 0 ? wishes : answered())
    running += next.length
    for (const index of next) void obtain(index)
    // What is under way for somebody else may still fail, and is asked for here then.
    if (running === 0 && !wishes.some((index) => asking.isUnderWay(index))) break
    await turns.wait(running === 0 ? both : undefined)
  }
  if (failure !== undefined) throw failure.error
  signal.throwIfAborted()
  return awaited().some((index) => !blob.has(index)) ? 'missing' : 'rested'
}
