// Who waits for an answer: people who opened one of this person's invites, and contacts who ask into a group. Looking at a
// request fetches nothing, tells nobody and connects to nobody.

import type { ComponentChildren } from 'preact'
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
import type { Task } from '../../ui/use-task.ts'
import { AskedGroups } from '../group/asked-groups.tsx'
import { RequestMedia } from './request-media.tsx'
import { ReportRequest } from './report-request.tsx'
import '../../styles/people.css'

type Invitation = RequestView & Required<Pick<RequestView, 'group'>>

export function RequestsPage() {
  const { model } = useApp()
  const [joined, setJoined] = useState<Invitation>()
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
        {(requests ?? []).map((request) =>
          isInvitation(request) ? (
            <GroupRequest key={request.id} request={request} isIgnored={isIgnored} onJoin={() => setJoined(request)} />
          ) : (
            <ContactRequest key={request.id} request={request} isIgnored={isIgnored} />
          ),
        )}
      </ul>
      <p role="status">
        {joined !== undefined && (
          <>
            You said yes. <bdi>{joined.name}</bdi> is among your messages as soon as the device of{' '}
            <bdi>{joined.group.invitedBy}</bdi> has heard of it.
          </>
        )}
      </p>
      {requests?.length === 0 && <p class="empty">{isIgnored ? 'Nothing is ignored.' : 'No requests are waiting.'}</p>}
      <AskedGroups />
    </Page>
  )
}

function isInvitation(request: RequestView): request is Invitation {
  return request.group !== undefined
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

function ContactRequest({ request, isIgnored }: { readonly request: RequestView; readonly isIgnored: boolean }) {
  const { model, router } = useApp()
  const [reporting, setReporting] = useState(false)
  const task = useTask()
  const { calls } = model
  const answer = (name: string, kind: string, action: () => Promise<void>) => (
    <Answer request={request} name={name} kind={kind} task={task} action={action} />
  )
  return (
    <Request
      request={request}
      task={task}
      words={
        <>
          {request.introducedBy !== undefined && (
            <p>
              <bdi>{request.introducedBy}</bdi> introduces you.
            </p>
          )}
          {request.text !== undefined && <p dir="auto">{request.text}</p>}
          <RequestMedia messages={request.messages} previews={request.previews} />
        </>
      }
    >
      {answer('Accept', 'button-primary', async () => {
        const contact = await calls.acceptRequest(request.id)
        await Promise.all([model.refresh('conversations'), model.refresh('contacts'), model.refresh('requests')])
        router.go({ page: 'conversation', id: contact.conversationId })
      })}
      {answer(isIgnored ? 'Back to requests' : 'Ignore', '', async () => {
        await calls.ignoreRequest(request.id, !isIgnored)
        await model.refresh('requests')
      })}
      {answer('Delete', '', async () => {
        await calls.deleteRequest(request.id)
        await model.refresh('requests')
      })}
      {answer('Block', 'button-danger', async () => {
        await calls.blockRequest(request.id)
        await model.refresh('requests')
      })}
      <button
        type="button"
        class="button button-quiet"
        aria-describedby={nameIdOf(request)}
        onClick={() => setReporting(true)}
      >
        Report
      </button>
      {reporting && <ReportRequest request={request} onClose={() => setReporting(false)} />}
    </Request>
  )
}

/** Who asks is a contact: they can be blocked where they are. */
function GroupRequest({
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
    <Request
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
        </>
      }
    >
      <Answer
        request={request}
        name="Accept"
        kind="button-primary"
        task={task}
        action={async () => {
          await calls.acceptRequest(request.id)
          onJoin()
          await model.refresh('requests')
        }}
      />
      <Answer
        request={request}
        name={isIgnored ? 'Back to requests' : 'Ignore'}
        kind=""
        task={task}
        action={async () => {
          await calls.ignoreRequest(request.id, !isIgnored)
          await model.refresh('requests')
        }}
      />
      <Answer
        request={request}
        name="Delete"
        kind=""
        task={task}
        action={async () => {
          await calls.deleteRequest(request.id)
          await model.refresh('requests')
        }}
      />
    </Request>
  )
}

function Request({
  request,
  task,
  words,
  children,
}: {
  readonly request: RequestView
  readonly task: Task
  readonly words: ComponentChildren
  /** What can be done. */
  readonly children: ComponentChildren
}) {
  const { name, group, id, fingerprint, receivedAt } = request
  const isGroup = group !== undefined
  return (
    <li class="request card" aria-label={name}>
      <Avatar name={name} id={isGroup ? id : fingerprint} group={isGroup} />
      <div class="request-words">
        <h2 id={nameIdOf(request)} dir="auto">
          {name}
        </h2>
        {words}
        <p class="fine">Asked {formatWhen(receivedAt, Date.now())}</p>
      </div>
      {task.error !== undefined && <Alert>{task.error}</Alert>}
      <div class="request-actions">{children}</div>
    </li>
  )
}

function Answer({
  request,
  name,
  kind,
  task,
  action,
}: {
  readonly request: RequestView
  readonly name: string
  readonly kind: string
  readonly task: Task
  readonly action: () => Promise<void>
}) {
  return (
    <button
      type="button"
      class={`button ${kind}`}
      aria-describedby={nameIdOf(request)}
      disabled={task.busy}
      onClick={() => task.run(action)}
    >
      {name}
    </button>
  )
}

function nameIdOf({ id }: RequestView): string {
  return `request-${id}`
}
