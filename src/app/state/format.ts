// Numbers and times as the person writes them, in the language that the page speaks.

/** The person's own English where they have one, so that dates never mix two languages in a sentence. */
const locale = navigator.languages.find((language) => /^en\b/i.test(language)) ?? 'en-GB'

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** Decimal units, three digits at most: `12.3 MB`. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < byteUnits.length - 1) {
    value /= 1000
    unit += 1
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value)} ${byteUnits[unit] ?? ''}`
}

export function formatDuration(durationMs: number): string {
  const seconds = Math.round(durationMs / 1000)
  const minutes = Math.floor(seconds / 60)
  const rest = String(seconds % 60).padStart(2, '0')
  return minutes < 60
    ? `${minutes}:${rest}`
    : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${rest}`
}

const spans = [
  ['week', 604_800_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const

/** `5 minutes`, in the largest unit that says it exactly. */
export function formatSpan(spanMs: number): string {
  const [unit, lengthMs] = spans.find(([, each]) => spanMs >= each && spanMs % each === 0) ?? ['second', 1000]
  return inUnits(spanMs / lengthMs, unit, 'long')
}

/** What is left, rounded up: `4 min`. */
export function formatLeft(leftMs: number): string {
  const [unit, lengthMs] = spans.find(([, each]) => leftMs > each) ?? ['second', 1000]
  return inUnits(Math.max(0, Math.ceil(leftMs / lengthMs)), unit, 'short')
}

function inUnits(value: number, unit: string, unitDisplay: 'long' | 'short'): string {
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay, maximumFractionDigits: 0 }).format(value)
}

export function formatTime(timeMs: number): string {
  return new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(timeMs)
}

export function formatShortDate(timeMs: number): string {
  return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' }).format(timeMs)
}

/** To tell apart what was made on one day, or years ago. */
export function formatMoment(timeMs: number): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(timeMs)
}

/** `Today`, `Yesterday`, a weekday within the last week, else the date. */
export function formatDay(timeMs: number, nowMs: number): string {
  const days = Math.round((startOfDay(nowMs) - startOfDay(timeMs)) / 86_400_000)
  if (days === 0 || days === 1) {
    const word = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(-days, 'day')
    return word.charAt(0).toLocaleUpperCase() + word.slice(1)
  }
  if (days > 1 && days < 7) return new Intl.DateTimeFormat(locale, { weekday: 'long' }).format(timeMs)
  const sameYear = new Date(timeMs).getFullYear() === new Date(nowMs).getFullYear()
  return new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'long',
    ...(sameYear ? {} : { year: 'numeric' }),
  }).format(timeMs)
}

/** For lists: a time today, else a short day. */
export function formatWhen(timeMs: number, nowMs: number): string {
  if (startOfDay(timeMs) === startOfDay(nowMs)) return formatTime(timeMs)
  if (nowMs - timeMs < 6 * 86_400_000) return new Intl.DateTimeFormat(locale, { weekday: 'short' }).format(timeMs)
  return formatShortDate(timeMs)
}

export function sameDay(aMs: number, bMs: number): boolean {
  return startOfDay(aMs) === startOfDay(bMs)
}

function startOfDay(timeMs: number): number {
  return new Date(timeMs).setHours(0, 0, 0, 0)
}
