// The word that a follower waits for, or has.

import type { ContactView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { Alert } from '../../ui/alert.tsx'
import { useTask } from '../../ui/use-task.ts'

/** `describedBy`: where there are several, the id of whom it is about. */
export function FollowerAnswer({
  contact,
  describedBy,
}: {
  readonly contact: ContactView
  readonly describedBy?: string
}) {
  const { model } = useApp()
  const task = useTask()
  const button = (name: string, kind: string, isApproved: boolean) => (
    <button
      type="button"
      class={`button button-small ${kind}`}
      aria-describedby={describedBy}
      disabled={task.busy}
      onClick={() =>
        task.run(async () => {
          await model.calls.answerFollower(contact.id, isApproved)
          await model.refresh('contacts')
        })
      }
    >
      {name}
    </button>
  )
  return (
    <div class="button-row">
      {task.error !== undefined && <Alert>{task.error}</Alert>}
      {contact.followsMe === 'asked' && button('Approve', 'button-primary', true)}
      {button(contact.followsMe === 'asked' ? 'Decline' : 'Remove', '', false)}
    </div>
  )
}
