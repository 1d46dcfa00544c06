// People who opened one of this person's invites and wait for an answer. Looking at a request fetches nothing, tells
// nobody and connects to nobody.

import { useState } from 'preact/hooks'
import type { RequestView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { formatWhen } from '../../state/format.ts'
import { Alert } from '../../ui/alert.tsx'
import { Avatar } from '../../ui/avatar.tsx'
import { Page } from '../../ui/page.tsx'
import { useTask } from '../../ui/use-task.ts'
import { ReportRequest } from './report-request.tsx'
import '../../styles/people.css'

export function RequestsPage() {
  const { model } = useApp()
  const requests = model.requests.value
  return (
    <Page title="Requests">
      <p class="hint">
        Nothing of a request is fetched, and the sender learns nothing, until you accept. The names are theirs to choose
        and are not verified.
      </p>
      <ul class="requests" aria-label="Requests">
        {(requests ?? []).map((request) => (
          <Request key={request.id} request={request} />
        ))}
      </ul>
      {requests?.length === 0 && <p class="empty">No requests are waiting.</p>}
    </Page>
  )
}

function Request({ request }: { readonly request: RequestView }) {
  const { model, router } = useApp()
  const [reporting, setReporting] = useState(false)
  const task = useTask()
  const nameId = `request-${request.id}`
  const button = (name: string, kind: string, action: () => Promise<void>) => (
    <button
      type="button"
      class={`button ${kind}`}
      aria-describedby={nameId}
      disabled={task.busy}
      onClick={() => task.run(action)}
    >
      {name}
    </button>
  )
  return (
    <li class="request card" aria-label={request.name}>
      <Avatar name={request.name} id={request.fingerprint} />
      <div class="request-words">
        <h2 id={nameId} dir="auto">
          {request.name}
        </h2>
        {request.text !== undefined && <p dir="auto">{request.text}</p>}
        <p class="fine">Asked {formatWhen(request.receivedAt, Date.now())}</p>
      </div>
      {task.error !== undefined && <Alert>{task.error}</Alert>}
      <div class="request-actions">
        {button('Accept', 'button-primary', async () => {
          const contact = await model.calls.acceptRequest(request.id)
          await Promise.all([model.refresh('conversations'), model.refresh('contacts'), model.refresh('requests')])
          router.go({ page: 'conversation', id: contact.conversationId })
        })}
        {button('Delete', '', async () => {
          await model.calls.deleteRequest(request.id)
          await model.refresh('requests')
        })}
        {button('Block', 'button-danger', async () => {
          await model.calls.blockRequest(request.id)
          await model.refresh('requests')
        })}
        <button type="button" class="button button-quiet" aria-describedby={nameId} onClick={() => setReporting(true)}>
          Report
        </button>
      </div>
      {reporting && <ReportRequest request={request} onClose={() => setReporting(false)} />}
    </li>
  )
}
