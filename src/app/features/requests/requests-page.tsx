// Who waits for an answer: people who opened one of this person's invites, and contacts who ask into a group. Looking at a
// request fetches nothing, tells nobody and connects to nobody.

import { useEffect, useState } from 'preact/hooks'
import type { RequestView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { href } from '../../state/route.ts'
import { Page } from '../../ui/page.tsx'
import { Segments } from '../../ui/segments.tsx'
import { AskedGroups } from '../group/asked-groups.tsx'
import { ContactRequest } from './contact-request.tsx'
import { DeleteAll } from './delete-all.tsx'
import type { Invitation } from './group-request.tsx'
import { GroupRequest } from './group-request.tsx'
import '../../styles/people.css'

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
          Nobody may write to you now. What comes is kept, and shown here when you change that.{' '}
          <a href={href({ page: 'settings' })}>Change who may write</a>
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
      <DeleteAll requests={requests ?? []} />
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
