// Shows the original in the place of what is shown, and says how large it is.

import { formatBytes } from '../../state/format.ts'

export function OriginalToggle({
  sizeBytes,
  isOn,
  isBusy,
  onToggle,
}: {
  readonly sizeBytes: number
  readonly isOn: boolean
  readonly isBusy: boolean
  readonly onToggle: () => void
}) {
  return (
    <>
      <button
        type="button"
        class="viewer-original"
        aria-pressed={isOn}
        aria-describedby="original-size"
        disabled={isBusy}
        onClick={onToggle}
      >
        Original
      </button>
      <span class="fine" id="original-size">
        {formatBytes(sizeBytes)}
      </span>
    </>
  )
}
