// How far a transfer is: a ring, and under it what is done and the bytes, in words.

import { formatBytes } from '../state/format.ts'
import '../styles/ring.css'

const radius = 20
const around = 2 * Math.PI * radius

export function ProgressRing({
  label,
  stage,
  doneBytes,
  totalBytes,
}: {
  readonly label: 'Upload' | 'Download' | 'Preparing' | 'Joining'
  /** What is done right now, where the label does not say it. */
  readonly stage?: string | undefined
  readonly doneBytes: number
  readonly totalBytes: number
}) {
  const fraction = totalBytes > 0 ? Math.min(1, doneBytes / totalBytes) : 0
  const words =
    label === 'Upload' || label === 'Download'
      ? `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`
      : `${Math.round(fraction * 100)} %`
  return (
    <div
      class="ring"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(fraction * 100)}
      aria-valuetext={stage === undefined ? words : `${stage}, ${words}`}
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
      <span class="ring-words">
        {stage !== undefined && <span class="ring-stage">{stage}</span>}
        {words}
      </span>
    </div>
  )
}
