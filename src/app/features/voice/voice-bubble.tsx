// A voice note in a message.

import { useState } from 'preact/hooks'
import type { Attachment, MessageView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { useTask } from '../../ui/use-task.ts'
import { isServedByWorker, useMediaUrl } from '../conversation/use-media-url.ts'
import { TransferState } from '../tiles/transfer-state.tsx'
import { actionOf, lineOf } from '../tiles/transfer-text.ts'
import { VoicePlayer } from './voice-player.tsx'

export function VoiceBubble({
  attachment,
  message,
}: {
  readonly attachment: Attachment
  readonly message: MessageView
}) {
  const { transfer, durationMs = 0, waveform, caption } = attachment
  const { model } = useApp()
  const task = useTask()
  const [isWanted, setWanted] = useState(false)
  const isHere = message.senderId === undefined || transfer.kind === 'done'
  const { url, retry } = useMediaUrl(attachment, 'display', isHere || isWanted)
  const play = () => {
    setWanted(true)
    // The worker gets what is played of it; without one, or of what failed, all of it has to be fetched first.
    const action = actionOf(transfer, message.senderId === undefined)
    if (action === undefined || action.does === 'pause' || (action.does !== 'retry' && isServedByWorker())) return
    task.run(() => model.calls.manageTransfer(action.does, attachment.id, 'display'))
  }
  return (
    <div class="voice-bubble">
      <VoicePlayer
        url={isHere || isWanted ? url : undefined}
        durationMs={durationMs}
        waveform={waveform}
        onWanted={play}
        // Given up: to ask again would fetch it again.
        onError={transfer.kind === 'offered' || transfer.kind === 'evicted' ? () => setWanted(false) : retry}
      />
      {transfer.kind !== 'done' && (
        <div class="voice-transfer">
          <p class="fine" role={transfer.kind === 'failed' ? 'status' : undefined}>
            {lineOf(transfer, message.senderName)}
          </p>
          <TransferState attachment={attachment} message={message} beside />
        </div>
      )}
      {task.error !== undefined && (
        <p class="fine" role="alert">
          {task.error}
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
