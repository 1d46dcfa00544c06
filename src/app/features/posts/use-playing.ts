// Whether the posts go on by themselves: not while somebody holds or pauses them, writes, or looks elsewhere, and not until
// asked where less motion is wanted.

import { useEffect, useState } from 'preact/hooks'

export interface Playing {
  readonly plays: boolean
  /** The person stopped it, or wants less motion. */
  readonly isPaused: boolean
  readonly isHidden: boolean
  readonly toggle: () => void
  /** For as long as something keeps it. */
  readonly hold: (isHeld: boolean) => void
}

export function usePlaying(isBusy: boolean): Playing {
  const [isPaused, setPaused] = useState(() => matchMedia('(prefers-reduced-motion: reduce)').matches)
  const [isHeld, hold] = useState(false)
  const [isHidden, setHidden] = useState(document.hidden)
  useEffect(() => {
    const look = () => setHidden(document.hidden)
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [])
  return {
    plays: !isPaused && !isHeld && !isHidden && !isBusy,
    isPaused,
    isHidden,
    toggle: () => setPaused(!isPaused),
    hold,
  }
}
