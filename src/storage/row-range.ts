// A `RowRange` as the half-open interval [from, to) that every engine can search. Keys compare by UTF-16 code unit, so
// the first key behind `after` is `after` and one zero unit, and the first key behind all keys with a prefix is the
// prefix with its last unit counted up.

import type { RowRange } from '../messenger/ports.ts'

export interface RowInterval {
  readonly from: string
  /** Exclusive; undefined: to the end. May hold a lone surrogate, which no key does. */
  readonly to: string | undefined
}

/** Undefined when no key can lie in the range. */
export function intervalOf(range: RowRange): RowInterval | undefined {
  const { prefix = '', after, before } = range
  const prefixEnd = endOfPrefix(prefix)
  const from = after !== undefined && after >= prefix ? `${after}\u0000` : prefix
  const to = before === undefined || (prefixEnd !== undefined && prefixEnd < before) ? prefixEnd : before
  if (range.limit !== undefined && range.limit <= 0) return undefined
  return to !== undefined && from >= to ? undefined : { from, to }
}

/** A key that is not well-formed would not survive UTF-8, to which rows are bound. @throws TypeError */
export function requireKey(store: string, key: string): void {
  if (!store.isWellFormed() || !key.isWellFormed()) throw new TypeError('storage: not a well-formed key')
}

function endOfPrefix(prefix: string): string | undefined {
  for (let length = prefix.length; length > 0; length--) {
    const unit = prefix.charCodeAt(length - 1)
    if (unit < 0xffff) return prefix.slice(0, length - 1) + String.fromCharCode(unit + 1)
  }
  return undefined
}
