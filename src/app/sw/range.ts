// The Range header of a request for media: one range, and never more than a short piece of it.

/** Some browsers end a service worker's answer that stays open long, so each answer is short and finished. */
export const maxAnswerBytes = 512 * 1024

export type AskedRange =
  | { readonly kind: 'from'; readonly start: number; readonly last?: number }
  /** The last `length` bytes. */
  | { readonly kind: 'suffix'; readonly length: number }

/** Undefined: no range, or one of a kind that may be ignored (RFC 9110 §14.2); the whole is answered then. */
export function parseRange(header: string | null): AskedRange | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '')
  const [, first = '', last = ''] = match ?? []
  if (first === '') return last === '' ? undefined : { kind: 'suffix', length: Number(last) }
  if (last === '') return { kind: 'from', start: Number(first) }
  return Number(last) < Number(first) ? undefined : { kind: 'from', start: Number(first), last: Number(last) }
}

/** Bytes [start, end) to answer with; undefined when the range lies outside of the media (416). */
export function clampRange(range: AskedRange, sizeBytes: number): { start: number; end: number } | undefined {
  const start = range.kind === 'suffix' ? Math.max(0, sizeBytes - range.length) : range.start
  const last = range.kind === 'suffix' ? sizeBytes - 1 : Math.min(range.last ?? sizeBytes - 1, sizeBytes - 1)
  if (start >= sizeBytes || last < start) return undefined
  return { start, end: Math.min(last + 1, start + maxAnswerBytes) }
}
