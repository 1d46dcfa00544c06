// The beginning of the message that another one answers. Pressed, it leads there.

import type { QuotedMessage } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { sentence, words } from '../conversation/message-kind.ts'
import { jumpTo } from './jump.ts'

export function Quote({ quoted, conversationId }: { readonly quoted: QuotedMessage; readonly conversationId: string }) {
  const app = useApp()
  if (quoted.senderName === undefined) {
    return <p class="quote quote-gone">An earlier message that is no longer here</p>
  }
  return (
    <button type="button" class="quote" onClick={() => void jumpTo(app, conversationId, quoted.id)}>
      <span class="quote-name">
        <span class="visually-hidden">Answers </span>
        <bdi>{quoted.senderName}</bdi>
      </span>
      <span class="quote-text" dir="auto">
        {excerptOf(quoted)}
      </span>
    </button>
  )
}

export function excerptOf({ text, media }: Pick<QuotedMessage, 'text' | 'media'>): string {
  return text ?? sentence(media === undefined ? 'message' : words[media])
}
