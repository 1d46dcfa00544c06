// A link of a group was opened: what it says, and one button. What was asked before is said instead.

import { useEffect, useState } from 'preact/hooks'
import type { GroupAskView, GroupLinkPreview } from '../../../messenger/api.ts'
import { errorText } from '../../error-text.ts'
import { useApp } from '../../state/context.ts'
import { formatShortDate } from '../../state/format.ts'
import { Alert } from '../../ui/alert.tsx'
import { Avatar } from '../../ui/avatar.tsx'
import { useTask } from '../../ui/use-task.ts'
import { BrokenLink, useLeaveLink } from '../connect/broken-link.tsx'
import { askText } from './ask-text.ts'

export function AskToJoin({ link }: { readonly link: string }) {
  const { model, router } = useApp()
  const [preview, setPreview] = useState<GroupLinkPreview>()
  const [ask, setAsk] = useState<GroupAskView>()
  const [broken, setBroken] = useState<string>()
  const task = useTask()
  const leave = useLeaveLink()
  const { calls } = model
  useEffect(() => {
    let isOver = false
    const read = async () => {
      const found = await calls.inspectGroupLink(link)
      const asks = await calls.groupAsks()
      if (isOver) return
      setPreview(found)
      setAsk(asks.find(({ groupId }) => groupId === found.groupId))
    }
    read().catch((error: unknown) => {
      if (!isOver) setBroken(errorText(error))
    })
    return () => void (isOver = true)
  }, [link, model.conversations.value])

  if (broken !== undefined) return <BrokenLink title="This link does not work" problem={broken} />
  if (preview === undefined) return <div class="centre" aria-busy="true" />
  const { name, invitedBy, groupId, relay, expiresAt, conversationId } = preview
  return (
    <div class="centre">
      <div class="card connect">
        <Avatar name={name} id={groupId} group size="large" />
        <h1 dir="auto">Join {name}</h1>
        <p class="hint">
          This name, and that the link is from <bdi>{invitedBy}</bdi>, come from the link and are not verified. Whoever
          made it decides about you, and sees your name and your account. Who is in the group sees them when you are in.
        </p>
        {task.error !== undefined && <Alert>{task.error}</Alert>}
        <p role="status">{ask !== undefined && askText(ask)}</p>
        {conversationId !== undefined ? (
          <button
            type="button"
            class="button button-primary"
            onClick={() => {
              router.go({ page: 'conversation', id: conversationId }, { replace: true })
              router.forgetInvite()
            }}
          >
            Open group
          </button>
        ) : (
          (ask === undefined || ask.answer !== undefined) && (
            <button
              type="button"
              class="button button-primary"
              disabled={task.busy}
              onClick={() => task.run(async () => setAsk(await calls.askToJoin(link)))}
            >
              Ask to join
            </button>
          )
        )}
        <button type="button" class="button button-quiet" onClick={leave}>
          {ask === undefined ? 'Not now' : 'Go to your messages'}
        </button>
        <p class="fine">
          Through {relay} · valid until {formatShortDate(expiresAt)}
        </p>
      </div>
    </div>
  )
}
