// What is asked about one post: who looked at mine, and whether it is to go.

import type { PostView, RecipientView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { formatMoment } from '../../state/format.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { DeliveryStates } from '../conversation/delivery-states.tsx'
import { elapsedText, useNow } from '../tiles/elapsed.ts'

export function PostViewers({ post, onClose }: { readonly post: PostView; readonly onClose: () => void }) {
  const now = useNow()
  const seen = post.recipients.flatMap(({ contactId, name, state }) =>
    state.kind === 'seen' ? [{ contactId, name, at: state.at }] : [],
  )
  const others: readonly RecipientView[] = post.recipients.filter(({ state }) => state.kind !== 'seen')
  return (
    <Dialog label="Who has seen it" onClose={onClose}>
      <ul class="rows" aria-label="Seen by" hidden={seen.length === 0}>
        {seen
          .toSorted((a, b) => b.at - a.at)
          .map(({ contactId, name, at }) => (
            <li class="row" key={contactId}>
              <bdi>{name}</bdi>
              <time class="fine" dateTime={new Date(at).toISOString()} title={formatMoment(at)}>
                {elapsedText(at, now)}
              </time>
            </li>
          ))}
      </ul>
      {seen.length === 0 && <p class="hint">Nobody yet, as far as their devices say.</p>}
      {others.length > 0 && (
        <div class="stack divided">
          <p class="fine">Not seen yet</p>
          <ul class="rows" aria-label="Not seen by">
            {others.map((recipient) => (
              <li class="row" key={recipient.contactId}>
                <bdi>{recipient.name}</bdi>
                {/* Nothing to delete here: the post would go for everybody. */}
                <DeliveryStates message={{ ...post, recipients: [recipient] }} />
              </li>
            ))}
          </ul>
        </div>
      )}
      <p class="fine">
        Until {formatMoment(post.until)}. Who has turned off that others see what they looked at is not listed as a
        viewer.
      </p>
    </Dialog>
  )
}

export function PostDeletion({ post, onClose }: { readonly post: PostView; readonly onClose: () => void }) {
  const { model } = useApp()
  const isMine = post.senderId === undefined
  return (
    <ConfirmDialog
      label={isMine ? 'Delete this post?' : 'Delete this post here?'}
      action={isMine ? 'Delete for everybody' : 'Delete from this device'}
      danger
      onConfirm={() => model.calls.deletePost(post.id)}
      onClose={onClose}
    >
      <p>
        {isMine
          ? 'It goes from this device at once, and from the others when they hear of it. What somebody kept of it elsewhere they have.'
          : `It goes from this device. ${post.senderName} is not told.`}
      </p>
    </ConfirmDialog>
  )
}
