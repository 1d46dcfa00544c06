// How far a transfer is: a ring, and the bytes in words.

import { formatBytes } from '../state/format.ts'
import '../styles/ring.css'

const radius = 20
const around = 2 * Math.PI * radius

export function ProgressRing({
  label,
  doneBytes,
  totalBytes,
}: {
  readonly label: 'Upload' | 'Download' | 'Preparing'
  readonly doneBytes: number
  readonly totalBytes: number
}) {
  const fraction = totalBytes > 0 ? Math.min(1, doneBytes / totalBytes) : 0
  const words =
    label === 'Preparing'
      ? `${Math.round(fraction * 100)} %`
      : `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`
  return (
    <div
      class="ring"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(fraction * 100)}
      aria-valuetext={words}
    >
      <svg viewBox="0 0 48 48" width="48" height="48" aria-hidden="true" focusable="false">
        <circle class="ring-track" cx="24" cy="24" r={radius} />
        <circle
          class="ring-done"
          cx="24"
          cy="24"
          r={radius}
          stroke-dasharray={String(around)}
          stroke-dashoffset={String(around * (1 - fraction))}
        />
      </svg>
      <span class="ring-words">{words}</span>
    </div>
  )
}
