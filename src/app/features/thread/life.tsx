// How long a message is still here.

import { useEffect, useState } from 'preact/hooks'
import { formatLeft, formatMoment } from '../../state/format.ts'
import { ThreadIcon } from './thread-icon.tsx'

const minuteMs = 60_000

export function Life({ expiresAt }: { readonly expiresAt: number }) {
  const [, lookAgain] = useState(0)
  const leftMs = expiresAt - Date.now()
  // In the last minute each second counts.
  const everyMs = leftMs <= minuteMs ? 1000 : minuteMs / 2
  useEffect(() => {
    const timer = setInterval(() => lookAgain((times) => times + 1), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return (
    <span class="life" title={`Disappears ${formatMoment(expiresAt)}`}>
      <ThreadIcon name="life" size={14} />
      <span class="visually-hidden">Disappears in </span>
      {formatLeft(leftMs)}
    </span>
  )
}
