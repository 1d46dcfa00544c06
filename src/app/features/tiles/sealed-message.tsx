// A message that is to be viewed and not kept: what it holds in numbers, the way into its view, and what became of it. No
// picture of it is ever here.

import { useEffect, useRef, useState } from 'preact/hooks'
import type { MessageView, MessageViewing, OpenedView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { formatShortDate, formatTime } from '../../state/format.ts'
import { later } from '../../ui/later.tsx'
import { MediaIcon } from '../../ui/media-icon.tsx'
import { useTask } from '../../ui/use-task.ts'
import { kindOf } from '../conversation/message-kind.ts'
import { isShowable } from './is-showable.ts'
import { lineOf } from './transfer-text.ts'
import { TransferState } from './transfer-state.tsx'
import { ViewedStates } from './viewed-states.tsx'

const ViewDialog = later(async () => (await import('../view/view-dialog.tsx')).ViewDialog)

export function SealedMessage({
  message,
  viewing,
}: {
  readonly message: MessageView
  readonly viewing: MessageViewing
}) {
  const { model } = useApp()
  const { calls } = model
  const task = useTask()
  const [opened, setOpened] = useState<OpenedView>()
  const isShown = useRef(true)
  useEffect(() => () => void (isShown.current = false), [])
  const open = (begin: (messageId: string) => Promise<OpenedView>) =>
    task.run(async () => {
      const view = await begin(message.id)
      if (isShown.current) setOpened(view)
      else await calls.closeView(view.viewId)
    })
  const missing = message.attachments.find(({ transfer }) => transfer.kind !== 'done')
  const coming = viewing.stage === 'over' || viewing.stage === 'expired' ? undefined : missing
  const isMine = message.senderId === undefined
  const isReady = viewing.stage === 'sealed' && missing === undefined
  const isUnshown = isReady && !message.attachments.some(isShowable)
  const kind = kindOf(message)
  return (
    <div class="row-tile row-tile-sealed">
      <span class="row-icon">
        <MediaIcon name="once" size={20} />
      </span>
      <span class="row-tile-words">
        <strong>{kind.charAt(0).toUpperCase() + kind.slice(1)}</strong>
        <span class="fine">{stageWords(viewing)}</span>
        {coming !== undefined && (
          <span class="fine" role={coming.transfer.kind === 'failed' ? 'status' : undefined}>
            {lineOf(coming.transfer, message.senderName)}
          </span>
        )}
        {isUnshown && (
          <span class="fine">
            This browser cannot show it, so it is not opened, and no view is used up. To see it, ask for it to be sent
            anew, in Standard.
          </span>
        )}
        {isMine && <ViewedStates message={message} />}
        {task.error !== undefined && (
          <span class="fine" role="alert">
            {task.error}
          </span>
        )}
      </span>
      {isReady && !isUnshown && (
        <button
          type="button"
          class="button button-small button-primary"
          disabled={task.busy}
          onClick={() => open((id) => calls.openView(id))}
        >
          {viewing.photos > 0 ? 'View photo' : 'Play video'}
        </button>
      )}
      {viewing.stage === 'replayable' && (
        <button
          type="button"
          class="button button-small"
          disabled={task.busy}
          onClick={() => open((id) => calls.replayView(id))}
        >
          Replay
        </button>
      )}
      {coming !== undefined && <TransferState attachment={coming} message={message} beside />}
      {opened !== undefined && (
        <ViewDialog opened={opened} message={message} viewing={viewing} onClose={() => setOpened(undefined)} />
      )}
    </div>
  )
}

function stageWords(viewing: MessageViewing): string {
  const { stage, until } = viewing
  switch (stage) {
    case 'sealed':
    case 'sent':
      return policyWords(viewing)
    case 'open':
      return 'Open now'
    case 'replayable':
      return until === undefined
        ? 'Viewed'
        : `Viewed · one replay, until ${formatShortDate(until)}, ${formatTime(until)}`
    case 'over':
      return 'Viewed, and gone from this device'
    case 'expired':
      return 'Not opened in time, and gone from this device'
    case 'delivered':
      return `${policyWords(viewing)} · gone from this device`
  }
}

function policyWords({ seconds, replays, photos, videos }: MessageViewing): string {
  const each = photos + videos > 1 ? ' each' : ''
  const time = seconds === undefined ? 'Once, until it is closed' : `Once, ${seconds} s${each}`
  return replays > 0 ? `${time} · one replay` : time
}
