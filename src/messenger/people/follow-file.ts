// A follow list as a file that a person can keep, read and merge elsewhere: JSON, one entry for each person, with all that
// merging needs. It names accounts by their fingerprints and nobody by a name.

import { fromHex } from '../../protocol/bytes.ts'
import { limits } from '../limits.ts'
import type { FollowRow } from '../records/rows.ts'

const format = 'safelight follow list'

export function encodeFollowFile(entries: Iterable<readonly [fingerprint: string, row: FollowRow]>): Uint8Array {
  const follows = Array.from(entries, ([fingerprint, row]) => ({ fingerprint, ...row }))
  return new TextEncoder().encode(`${JSON.stringify({ format, version: 1, follows }, undefined, 2)}\n`)
}

/** Undefined for what is no such file, or has an entry that cannot be. */
export function decodeFollowFile(bytes: Uint8Array): readonly (readonly [string, FollowRow])[] | undefined {
  if (bytes.length > limits.followFileBytes) return undefined
  const file = parse(bytes)
  if (!isRecord(file) || file['format'] !== format || file['version'] !== 1) return undefined
  const { follows } = file
  if (!Array.isArray(follows) || follows.length > limits.follows) return undefined
  const entries = follows.map(readEntry)
  return entries.every((entry) => entry !== undefined) ? entries : undefined
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}

function readEntry(entry: unknown): readonly [string, FollowRow] | undefined {
  if (!isRecord(entry)) return undefined
  const { fingerprint, following, clock, at, past = [] } = entry
  if (typeof fingerprint !== 'string' || fromHex(fingerprint)?.length !== 32) return undefined
  if (typeof following !== 'boolean' || !isCount(clock) || !isCount(at) || !Array.isArray(past)) return undefined
  const earlier = past.flatMap((item: unknown) =>
    isRecord(item) && typeof item['following'] === 'boolean' && isCount(item['at'])
      ? [{ following: item['following'], at: item['at'] }]
      : [],
  )
  if (earlier.length !== past.length || past.length > limits.followHistory) return undefined
  return [fingerprint.toLowerCase(), { following, clock, at, ...(earlier.length === 0 ? {} : { past: earlier }) }]
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Far below where counting up would stop being exact. */
function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= 8_640_000_000_000_000
}
