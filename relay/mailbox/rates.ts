// How many commands of which kind are answered: of a connection, of the address behind it, into a mailbox. Each says how long
// to wait, or nothing.

import type { RelayLimits } from '../limits.ts'
import type { Caller } from './caller.ts'
import { keyOf } from './hub.ts'
import type { TokenBuckets } from './token-bucket.ts'
import { createTokenBuckets } from './token-bucket.ts'

export interface Rates {
  commands(caller: Caller, amount: number): number | undefined
  opens(caller: Caller): number | undefined
  joins(caller: Caller): number | undefined
  turns(caller: Caller): number | undefined
  puts(mailboxId: Uint8Array, amount: number): number | undefined
  /**
   * What a caller adds to what is kept, over all mailboxes. `admit` has the last word, and where it says no, or something here
   * does, nothing counts.
   */
  adds(caller: Caller, added: Added, admit?: () => number | undefined): number | undefined
}

export interface Added {
  readonly envelopes: number
  /** With what counts for each row. */
  readonly bytes: number
}

export function createRates({ limits, now }: { readonly limits: RelayLimits; readonly now: () => number }): Rates {
  const buckets = (rate: RelayLimits['commands']) => createTokenBuckets(rate, { keys: limits.bucketKeys, now })

  function ofCaller(own: RelayLimits['commands'], ofAddress: RelayLimits['commands']) {
    const [byConnection, byAddress] = [buckets(own), buckets(ofAddress)]
    return (caller: Caller, amount: number) =>
      takeAll([
        { of: byConnection, key: caller.rateKey, amount },
        { of: byAddress, key: caller.address, amount },
      ])
  }

  const commands = ofCaller(limits.commands, limits.commandsPerAddress)
  const opens = ofCaller(limits.opens, limits.opensPerAddress)
  const joins = ofCaller(limits.joins, limits.joinsPerAddress)
  const turns = ofCaller(limits.turns, limits.turnsPerAddress)
  const puts = buckets(limits.puts)
  const [ofConnection, bytesOfConnection] = [buckets(limits.putsPerConnection), buckets(limits.putBytesPerConnection)]
  const [ofAddress, bytesOfAddress] = [buckets(limits.putsPerAddress), buckets(limits.putBytesPerAddress)]

  function adds(caller: Caller, { envelopes, bytes }: Added, admit?: () => number | undefined): number | undefined {
    const parts = [
      { of: ofConnection, key: caller.rateKey, amount: envelopes },
      { of: bytesOfConnection, key: caller.rateKey, amount: bytes },
      { of: ofAddress, key: caller.address, amount: envelopes },
      { of: bytesOfAddress, key: caller.address, amount: bytes },
    ]
    return takeAll(parts, admit)
  }

  return {
    adds,
    commands,
    opens: (caller) => opens(caller, 1),
    joins: (caller) => joins(caller, 1),
    turns: (caller) => turns(caller, 1),
    puts: (mailboxId, amount) => puts.take(keyOf(mailboxId), amount),
  }
}

interface Part {
  readonly of: TokenBuckets
  /** Undefined: no limit by it. */
  readonly key: string | undefined
  readonly amount: number
}

/** From all of them or from none: what is refused costs nothing. */
function takeAll(parts: readonly Part[], admit?: () => number | undefined): number | undefined {
  const waits = parts.map(({ of, key, amount }) => (key === undefined ? undefined : of.wait(key, amount)) ?? 0)
  const waitMs = Math.max(...waits)
  const refusedMs = waitMs > 0 ? waitMs : admit?.()
  if (refusedMs === undefined) for (const { of, key, amount } of parts) if (key !== undefined) of.take(key, amount)
  return refusedMs
}
