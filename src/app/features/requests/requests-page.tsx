// Who waits for an answer: people who opened one of this person's invites, and contacts who ask into a group. Looking at a
// request fetches nothing, tells nobody and connects to nobody.

import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { RequestView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { formatWhen } from '../../state/format.ts'
import { fromHere } from '../../state/from-here.ts'
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
  const [saidYes, setSaidYes] = useState<SaidYes>()
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
            <GroupRequest
              key={request.id}
              request={request}
              isIgnored={isIgnored}
              onJoin={() => setSaidYes({ request, group: request.group })}
            />
          ) : (
            <ContactRequest
              key={request.id}
              request={request}
              isIgnored={isIgnored}
              onWelcome={() => setSaidYes({ request })}
            />
          ),
        )}
      </ul>
      <p role="status">{saidYes !== undefined && <WhatFollows {...saidYes} />}</p>
      {requests?.length === 0 && <p class="empty">{isIgnored ? 'Nothing is ignored.' : 'No requests are waiting.'}</p>}
      <AskedGroups />
    </Page>
  )
}

interface SaidYes {
  readonly request: RequestView
  readonly group?: Invitation['group']
}

/** After a yes that somebody else has to hear of first. */
function WhatFollows({ request, group }: SaidYes) {
  return group === undefined ? (
    <>
      You said yes. <bdi>{request.name}</bdi> is asked now, and is among your messages as soon as they say yes too.
    </>
  ) : (
    <>
      You said yes. <bdi>{request.name}</bdi> is among your messages as soon as the device of{' '}
      <bdi>{group.invitedBy}</bdi> has heard of it.
    </>
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

function ContactRequest({
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
    <Request
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

interface Answering {
  readonly request: RequestView
  readonly task: Task
}

function Answer({
  request,
  task,
  name,
  kind = '',
  action,
}: Answering & {
  readonly name: string
  readonly kind?: string
  readonly action: () => Promise<void>
}) {
  const { model } = useApp()
  return (
    <button
      type="button"
      class={`button ${kind}`}
      aria-describedby={nameIdOf(request)}
      disabled={task.busy}
      onClick={() =>
        task.run(async () => {
          await action()
          await model.refresh('requests')
        })
      }
    >
      {name}
    </button>
  )
}

function nameIdOf({ id }: RequestView): string {
  return `request-${id}`
}
