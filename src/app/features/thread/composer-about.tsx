// Above the place to write: which message the words are an answer to, or a new text for, with a way out.

import type { About } from '../../state/thread.ts'
import { Icon } from '../../ui/icon.tsx'
import { excerptOf } from './quote.tsx'
import { ThreadIcon } from './thread-icon.tsx'

export function ComposerAbout({ about, onCancel }: { readonly about: About; readonly onCancel: () => void }) {
  const { kind, message } = about
  const media = message.attachments[0]?.kind
  return (
    <div class="composer-about">
      {kind === 'reply' ? <ThreadIcon name="reply" /> : <Icon name="edit" size={18} />}
      <p role="status">
        <bdi class="quote-name">
          {kind === 'edit'
            ? 'Edit message'
            : `Reply to ${message.senderId === undefined ? 'yourself' : message.senderName}`}
        </bdi>
        <span class="line" dir="auto">
          {excerptOf({
            ...(message.text === undefined ? {} : { text: message.text }),
            ...(media === undefined ? {} : { media }),
          })}
        </span>
      </p>
      <button
        type="button"
        class="icon-button"
        aria-label={kind === 'edit' ? 'Cancel edit' : 'Cancel reply'}
        onClick={onCancel}
      >
        <Icon name="close" size={18} />
      </button>
    </div>
  )
}
