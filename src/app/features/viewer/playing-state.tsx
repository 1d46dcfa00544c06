// How much is here of a video that plays while it is on its way, and the way to stop it.

import type { TransferView } from '../../../messenger/api.ts'
import { ProgressRing } from '../../ui/progress-ring.tsx'

export function PlayingState({
  transfer,
  senderName,
  busy,
  onStop,
}: {
  readonly transfer: TransferView
  readonly senderName: string
  readonly busy: boolean
  readonly onStop: () => void
}) {
  const doneBytes = 'doneBytes' in transfer ? transfer.doneBytes : 0
  const totalBytes = 'totalBytes' in transfer ? transfer.totalBytes : 0
  return (
    <div class="tile-over stage-playing">
      <ProgressRing label="Download" doneBytes={doneBytes} totalBytes={totalBytes} />
      {transfer.kind === 'waiting' && <p class="tile-note">Waiting for {senderName} or a relay</p>}
      <button type="button" class="button button-small" disabled={busy} onClick={onStop}>
        Stop
      </button>
    </div>
  )
}
