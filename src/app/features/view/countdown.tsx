// The seconds that are left, counted on a clock that nobody can set.

import { useEffect, useState } from 'preact/hooks'
import '../../styles/ring.css'

const radius = 18
const around = 2 * Math.PI * radius
const tickMs = 100

export function Countdown({ seconds, onEnd }: { readonly seconds: number; readonly onEnd: () => void }) {
  const [leftMs, setLeftMs] = useState(seconds * 1000)
  useEffect(() => {
    const end = performance.now() + seconds * 1000
    const timer = setInterval(() => {
      const left = Math.max(0, end - performance.now())
      setLeftMs(left)
      if (left > 0) return
      clearInterval(timer)
      onEnd()
    }, tickMs)
    return () => clearInterval(timer)
  }, [])
  const left = Math.ceil(leftMs / 1000)
  return (
    <span class="countdown" role="timer" aria-label={`${left} ${left === 1 ? 'second' : 'seconds'} left`}>
      <svg viewBox="0 0 44 44" width="44" height="44" aria-hidden="true" focusable="false">
        <circle class="ring-track" cx="22" cy="22" r={radius} />
        <circle
          class="ring-done"
          cx="22"
          cy="22"
          r={radius}
          stroke-dasharray={String(around)}
          stroke-dashoffset={String(around * (1 - leftMs / (seconds * 1000)))}
        />
      </svg>
      <span class="countdown-number" aria-hidden="true">
        {left}
      </span>
    </span>
  )
}
