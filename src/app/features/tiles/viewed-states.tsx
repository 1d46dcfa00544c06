// What the recipients' devices said of a view. The words are a contract.

import type { MessageView, RecipientView } from '../../../messenger/api.ts'
import { elapsedText, useNow } from './elapsed.ts'

const capture = 'Capture detected'
const captureHint =
  'They may have taken a screenshot: their device noticed a key for it, or printing. That none is noticed proves nothing.'

export function ViewedStates({ message: { recipients } }: { readonly message: MessageView }) {
  const now = useNow()
  const said = recipients.flatMap((recipient) =>
    saidOf(recipient).map((entry) => ({ ...entry, name: recipients.length > 1 ? `${recipient.name}: ` : '' })),
  )
  return (
    <span class="viewed" role="status">
      {said.map(({ name, words, at }) => (
        <span key={name + words} class={words === capture ? 'fine viewed-capture' : 'fine'}>
          {name}
          {words} · {elapsedText(at, now)}
        </span>
      ))}
      {said.some(({ words }) => words === capture) && <span class="fine">{captureHint}</span>}
    </span>
  )
}

function saidOf({ openedAt, replayedAt, capturedAt }: RecipientView) {
  return [
    { words: 'Opened', at: openedAt },
    { words: 'Replayed', at: replayedAt },
    { words: capture, at: capturedAt },
  ].flatMap(({ words, at }) => (at === undefined ? [] : [{ words, at }]))
}
