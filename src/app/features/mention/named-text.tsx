// The words of a message in which people are named.

import type { MessageView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { partsOf } from './name-in-text.ts'

export function NamedText({ text, mentions }: Required<Pick<MessageView, 'text' | 'mentions'>>) {
  const { model } = useApp()
  const me = model.profile.value?.fingerprint
  return (
    <>
      {partsOf(text, mentions).map((part, index) =>
        part.fingerprint === undefined ? (
          <span key={index}>{part.text}</span>
        ) : (
          <bdi key={index} class={part.fingerprint === me ? 'mention mention-me' : 'mention'}>
            {part.text}
          </bdi>
        ),
      )}
    </>
  )
}
