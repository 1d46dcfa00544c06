// Somebody who opened an invite, or was introduced, asks.

import { useState } from 'preact/hooks'
import type { RequestView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { fromHere } from '../../state/from-here.ts'
import { useTask } from '../../ui/use-task.ts'
import { ReportRequest } from './report-request.tsx'
import type { Answering } from './request-card.tsx'
import { Answer, nameIdOf, RequestCard } from './request-card.tsx'
import { RequestMedia } from './request-media.tsx'

export function ContactRequest({
  request,
  isIgnored,
  onWelcome,
}: {
  readonly request: RequestView
  readonly isIgnored: boolean
  /** They were introduced, and may write now: that is theirs to do. */
  readonly onWelcome: () => void
}) {
  const { model, router } = useApp()
  const [reporting, setReporting] = useState(false)
  const task = useTask()
  const { calls } = model
  const answer: Answering = { request, task }
  return (
    <RequestCard
      request={request}
      task={task}
      words={
        <>
          {request.introducedBy !== undefined && (
            <p>
              <bdi>{request.introducedBy}</bdi> introduces <bdi>{request.name}</bdi> to you. The name is what they call
              them.
            </p>
          )}
          {request.text !== undefined && <p dir="auto">{request.text}</p>}
          <RequestMedia messages={request.messages} previews={request.previews} />
        </>
      }
    >
      <Answer
        {...answer}
        name="Accept"
        kind="button-primary"
        action={async () => {
          const goOn = fromHere(router)
          const accepted = await calls.acceptRequest(request.id)
          await Promise.all([model.refresh('conversations'), model.refresh('contacts')])
          const contact =
            request.introducedBy === undefined
              ? accepted
              : model.contacts.peek()?.find(({ fingerprint }) => fingerprint === request.fingerprint)
          if (contact === undefined) onWelcome()
          else goOn({ page: 'conversation', id: contact.conversationId })
        }}
      />
      <Answer
        {...answer}
        name={isIgnored ? 'Back to requests' : 'Ignore'}
        action={() => calls.ignoreRequest(request.id, !isIgnored)}
      />
      <Answer {...answer} name="Delete" action={() => calls.deleteRequest(request.id)} />
      <Answer {...answer} name="Block" kind="button-danger" action={() => calls.blockRequest(request.id)} />
      <button
        type="button"
        class="button button-quiet"
        aria-describedby={nameIdOf(request)}
        onClick={() => setReporting(true)}
      >
        Report
      </button>
      {reporting && <ReportRequest request={request} onClose={() => setReporting(false)} />}
    </RequestCard>
  )
}
