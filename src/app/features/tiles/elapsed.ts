// How long ago something was, in words that stay true while they are looked at.

import { useEffect, useState } from 'preact/hooks'

const locale = navigator.languages.find((language) => /^en\b/i.test(language)) ?? 'en-GB'
const words = new Intl.RelativeTimeFormat(locale, { numeric: 'always' })
const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const
const lookAgainMs = 30_000

export function elapsedText(sinceMs: number, nowMs: number): string {
  // Clocks of two devices differ: what comes from the future is of now.
  const passed = Math.max(0, nowMs - sinceMs)
  const unit = units.find(([, lengthMs]) => passed >= lengthMs)
  return unit === undefined ? 'just now' : words.format(-Math.floor(passed / unit[1]), unit[0])
}

export function useNow(): number {
  const [, lookAgain] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => lookAgain((times) => times + 1), lookAgainMs)
    return () => clearInterval(timer)
  }, [])
  return Date.now()
}
