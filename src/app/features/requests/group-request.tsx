// A contact asks into a group. An invitation is signed by nobody as words are, so there is nothing of it to report; what
// the contact wrote before they were accepted is reported in their details.

import type { RequestView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { useTask } from '../../ui/use-task.ts'
import { Answer, RequestCard } from './request-card.tsx'

export type Invitation = RequestView & Required<Pick<RequestView, 'group'>>

export function GroupRequest({
  request,
  isIgnored,
  onJoin,
}: {
  readonly request: Invitation
  readonly isIgnored: boolean
  readonly onJoin: () => void
}) {
  const { model } = useApp()
  const task = useTask()
  const { calls } = model
  const { invitedBy, people } = request.group
  return (
    <RequestCard
      request={request}
      task={task}
      words={
        <>
          <p>
            <bdi>{invitedBy}</bdi> asks you into this group.
          </p>
          {request.text !== undefined && <p dir="auto">{request.text}</p>}
          <p class="hint">
            In it or asked: <bdi>{people.join(', ')}</bdi>
          </p>
          <p class="hint">
            Block is for <bdi>{invitedBy}</bdi>: nothing of them arrives any more, here or in your conversation.
          </p>
        </>
      }
    >
      <Answer
        request={request}
        task={task}
        name="Accept"
        kind="button-primary"
        action={async () => {
          await calls.acceptRequest(request.id)
          onJoin()
        }}
      />
      <Answer
        request={request}
        task={task}
        name={isIgnored ? 'Back to requests' : 'Ignore'}
        action={() => calls.ignoreRequest(request.id, !isIgnored)}
      />
      <Answer request={request} task={task} name="Delete" action={() => calls.deleteRequest(request.id)} />
      <Answer
        request={request}
        task={task}
        name="Block"
        kind="button-danger"
        action={() => calls.blockRequest(request.id)}
      />
    </RequestCard>
  )
}
