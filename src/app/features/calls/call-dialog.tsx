// One open call: its link, who answered and in which order, and how it ends.

import { useState } from 'preact/hooks'
import type { CallView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { formatWhen } from '../../state/format.ts'
import { href } from '../../state/route.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Icon } from '../../ui/icon.tsx'
import { LinkField } from '../../ui/link-field.tsx'
import { useNow } from '../tiles/elapsed.ts'
import { answersText, lateText, stageText } from './call-text.ts'
import { PickWinner } from './pick-winner.tsx'
import { Words } from './words.tsx'

interface Properties {
  readonly call: CallView
  readonly refresh: () => Promise<void>
  readonly onClose: () => void
}

export function CallDialog({ call, refresh, onClose }: Properties) {
  const [ending, setEnding] = useState<'pick' | 'end'>()
  const now = useNow()
  const { text, respondents, late, isOver, isDecided } = call
  const endDone = () => setEnding(undefined)
  return (
    <Dialog label="Open call" onClose={onClose}>
      <p class="call-text" dir="auto">
        {text}
      </p>
      {!isOver && <CallLink link={call.link} />}
      <p class="call-stage" role="status">
        {answersText(call)} · {stageText(call, now)}
      </p>
      <Answered call={call} onLeave={onClose} />
      {late > 0 && <p class="fine">{lateText(late)}</p>}
      {!isDecided && (
        <div class="button-row">
          {respondents.length > 0 && (
            <button type="button" class="button button-primary" onClick={() => setEnding('pick')}>
              Pick a winner
            </button>
          )}
          <button type="button" class="button" onClick={() => setEnding('end')}>
            End call
          </button>
        </div>
      )}
      {ending === 'pick' && <PickWinner call={call} refresh={refresh} onClose={endDone} />}
      {ending === 'end' && <EndCall call={call} refresh={refresh} onClose={endDone} />}
    </Dialog>
  )
}

function CallLink({ link }: Pick<CallView, 'link'>) {
  const [isCopied, setCopied] = useState(false)
  return (
    <div class="field-row">
      <LinkField label="Call link" kind="call-link" link={link} />
      <button
        type="button"
        class="button"
        onClick={() => void navigator.clipboard.writeText(link).then(() => setCopied(true))}
      >
        <Icon name={isCopied ? 'check' : 'copy'} size={20} />
        Copy link
      </button>
      <span class="visually-hidden" role="status">
        {isCopied ? 'Copied' : ''}
      </span>
    </div>
  )
}

function Answered({ call, onLeave }: { readonly call: CallView; readonly onLeave: () => void }) {
  const { model } = useApp()
  const { respondents, picked } = call
  if (respondents.length === 0)
    return <p class="hint">Nobody has answered yet. Who does is listed here as they come.</p>
  return (
    <ol class="rows call-people" aria-label="Answered">
      {respondents.map(({ contactId, conversationId, name, at }, index) => {
        const contact = model.contacts.value?.find(({ id }) => id === contactId)
        return (
          <li key={contactId} aria-label={name}>
            <a class="row-button" href={href({ page: 'conversation', id: conversationId })} onClick={onLeave}>
              <span class="call-place fine" aria-hidden="true">
                {index + 1}
              </span>
              <Avatar name={name} id={contact?.fingerprint ?? contactId} size="small" />
              <span class="line call-name">
                <bdi>{name}</bdi>
              </span>
              <span class="fine">{picked === contactId ? 'Picked' : formatWhen(at, Date.now())}</span>
            </a>
          </li>
        )
      })}
    </ol>
  )
}

function EndCall({ call, refresh, onClose }: Properties) {
  const { model } = useApp()
  const [text, setText] = useState('Nobody was picked this time. Thank you for answering.')
  const count = call.respondents.length
  return (
    <ConfirmDialog
      label="End call"
      action="End without a winner"
      danger
      onConfirm={async () => {
        await model.calls.closeCall(call.id, text)
        await refresh()
      }}
      onClose={onClose}
    >
      <p class="hint">
        The link works no more. {count === 0 ? 'Nobody has answered.' : 'Everybody who answered is told:'}
      </p>
      <div hidden={count === 0}>
        <Words label="What they are told" text={text} onText={setText} />
      </div>
    </ConfirmDialog>
  )
}
