// What the recipients' devices said of a view. The words are a contract.

import type { MessageView, RecipientView } from '../../../messenger/api.ts'
import { elapsedText, useNow } from './elapsed.ts'

const captureHint = 'Their device noticed a key for screenshots, or printing. That none is noticed proves nothing.'

export function ViewedStates({ message: { recipients } }: { readonly message: MessageView }) {
  const now = useNow()
  const said = recipients.flatMap((recipient) =>
    saidOf(recipient).map((entry) => ({ ...entry, name: recipients.length > 1 ? `${recipient.name}: ` : '' })),
  )
  return (
    <span class="viewed" role="status">
      {said.map(({ name, words, at, hint }) => (
        <span key={name + words} class={hint === undefined ? 'fine' : 'fine viewed-capture'} title={hint}>
          {name}
          {words} · {elapsedText(at, now)}
        </span>
      ))}
    </span>
  )
}

function saidOf({ openedAt, replayedAt, capturedAt }: RecipientView) {
  return [
    { words: 'Opened', at: openedAt, hint: undefined },
    { words: 'Replayed', at: replayedAt, hint: undefined },
    { words: 'Capture detected', at: capturedAt, hint: captureHint },
  ].flatMap(({ words, at, hint }) => (at === undefined ? [] : [{ words, at, hint }]))
}
