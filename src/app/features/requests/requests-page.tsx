// People who opened one of this person's invites and wait for an answer. Looking at a request fetches nothing, tells
// nobody and connects to nobody.

import { useEffect, useState } from 'preact/hooks'
import type { RequestView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { formatWhen } from '../../state/format.ts'
import { href } from '../../state/route.ts'
import { Alert } from '../../ui/alert.tsx'
import { Avatar } from '../../ui/avatar.tsx'
import { Page } from '../../ui/page.tsx'
import { Segments } from '../../ui/segments.tsx'
import { useTask } from '../../ui/use-task.ts'
import { RequestMedia } from './request-media.tsx'
import { ReportRequest } from './report-request.tsx'
import '../../styles/people.css'

export function RequestsPage() {
  const { model } = useApp()
  const waiting = model.requests.value
  const ignored = useIgnored()
  const [shown, setShown] = useState<'waiting' | 'ignored'>('waiting')
  const hasIgnored = (ignored?.length ?? 0) > 0
  const isIgnored = shown === 'ignored'
  const requests = isIgnored ? ignored : waiting
  return (
    <Page title="Requests">
      <p class="hint">
        Nothing of a request is fetched, and the sender learns nothing, until you accept. The names are theirs to choose
        and are not verified.
      </p>
      {model.settings.value?.whoMayWrite === 'nobody' && (
        <p class="hint">
          Nobody may write to you now. What comes is kept, and shown here when you change that in{' '}
          <a href={href({ page: 'settings' })}>Settings</a>.
        </p>
      )}
      {(hasIgnored || isIgnored) && (
        <fieldset class="plain">
          <legend class="visually-hidden">Show</legend>
          <Segments
            name="requests"
            choices={[
              { value: 'waiting', name: 'Waiting' },
              { value: 'ignored', name: `Ignored (${ignored?.length ?? 0})` },
            ]}
            value={shown}
            onChange={setShown}
          />
        </fieldset>
      )}
      <ul class="requests" aria-label={isIgnored ? 'Ignored' : 'Requests'}>
        {(requests ?? []).map((request) => (
          <Request key={request.id} request={request} isIgnored={isIgnored} />
        ))}
      </ul>
      {requests?.length === 0 && <p class="empty">{isIgnored ? 'Nothing is ignored.' : 'No requests are waiting.'}</p>}
    </Page>
  )
}

/** Read again whenever the requests are. */
function useIgnored(): readonly RequestView[] | undefined {
  const { model } = useApp()
  const [ignored, setIgnored] = useState<readonly RequestView[]>()
  const waiting = model.requests.value
  useEffect(() => {
    let isOver = false
    model.calls.ignoredRequests().then(
      (views) => {
        if (!isOver) setIgnored(views)
      },
      () => undefined,
    )
    return () => void (isOver = true)
  }, [waiting])
  return ignored
}

function Request({ request, isIgnored }: { readonly request: RequestView; readonly isIgnored: boolean }) {
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
        <RequestMedia messages={request.messages} previews={request.previews} />
      </div>
      {task.error !== undefined && <Alert>{task.error}</Alert>}
      <div class="request-actions">
        {button('Accept', 'button-primary', async () => {
          const contact = await model.calls.acceptRequest(request.id)
          await Promise.all([model.refresh('conversations'), model.refresh('contacts'), model.refresh('requests')])
          router.go({ page: 'conversation', id: contact.conversationId })
        })}
        {request.group === undefined &&
          request.introducedBy === undefined &&
          button(isIgnored ? 'Back to requests' : 'Ignore', '', async () => {
            await model.calls.ignoreRequest(request.id, !isIgnored)
            await model.refresh('requests')
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
