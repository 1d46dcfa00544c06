// What the list of conversations says of one in which something is being prepared, or could not be.

import type { ConversationView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { kindOfDraft } from './draft-kind.ts'
import { sentence } from './message-kind.ts'

/** Drawn again with each reading of its conversation, as what was written may be another then. */
export function PendingPreview({ conversation }: { readonly conversation: ConversationView }) {
  const { model } = useApp()
  const thread = model.thread(conversation.id)
  const pending = thread.pending.value
  const newest = pending.at(-1)
  if (newest === undefined) return null
  const { text, ...rest } = newest.draft
  // The stored draft has the words of what is being sent in it; those are none.
  const written = thread.written?.trim() ?? ''
  const shown = written === '' ? (text ?? sentence(kindOfDraft(rest))) : `Draft: ${written}`
  return (
    <>
      <span class="line">
        <bdi>{shown}</bdi>
      </span>
      <span class="conversation-state line">
        {pending.some(({ error }) => error !== undefined) ? 'Failed' : 'Sending'}
      </span>
    </>
  )
}
