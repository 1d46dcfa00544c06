// A voice note in a message.

import { useState } from 'preact/hooks'
import type { Attachment, MessageView } from '../../../messenger/api.ts'
import { transferFailureText } from '../../error-text.ts'
import { formatBytes } from '../../state/format.ts'
import { ProgressRing } from '../../ui/progress-ring.tsx'
import { useMediaUrl } from '../conversation/use-media-url.ts'
import { VoicePlayer } from './voice-player.tsx'

export function VoiceBubble({
  attachment,
  message,
}: {
  readonly attachment: Attachment
  readonly message: MessageView
}) {
  const { transfer, durationMs = 0, waveform, caption } = attachment
  const [isWanted, setWanted] = useState(false)
  const isHere = message.senderId === undefined || transfer.kind === 'done'
  const { url, retry } = useMediaUrl(attachment, 'display', isHere || isWanted)
  return (
    <div class="voice-bubble">
      <VoicePlayer
        url={url}
        durationMs={durationMs}
        waveform={waveform}
        onWanted={() => setWanted(true)}
        onError={retry}
      />
      {(transfer.kind === 'upload' || transfer.kind === 'download') && (
        <ProgressRing
          label={transfer.kind === 'upload' ? 'Upload' : 'Download'}
          doneBytes={transfer.doneBytes}
          totalBytes={transfer.totalBytes}
        />
      )}
      {transfer.kind === 'waiting' && (
        <p class="fine">
          Waiting for {message.senderName} or a relay · {formatBytes(transfer.totalBytes)}
        </p>
      )}
      {transfer.kind === 'failed' && (
        <p class="fine" role="status">
          {transferFailureText(transfer.reason)}
        </p>
      )}
      {caption !== undefined && (
        <p class="caption" dir="auto">
          {caption}
        </p>
      )}
    </div>
  )
}
