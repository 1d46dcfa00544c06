// Groups that this person asked to join and is not in: what became of it.

import { useEffect, useState } from 'preact/hooks'
import type { GroupAskView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { Alert } from '../../ui/alert.tsx'
import { Avatar } from '../../ui/avatar.tsx'
import { useTask } from '../../ui/use-task.ts'
import { askText } from './ask-text.ts'

export function AskedGroups() {
  const { model } = useApp()
  const [asks, setAsks] = useState<readonly GroupAskView[]>([])
  const task = useTask()
  const { calls } = model
  // Answers are told of as requests are, and whoever is let in has a conversation.
  useEffect(() => {
    let isOver = false
    calls.groupAsks().then(
      (views) => {
        if (!isOver) setAsks(views)
      },
      () => undefined,
    )
    return () => void (isOver = true)
  }, [model.requests.value, model.conversations.value])
  if (asks.length === 0) return null
  return (
    <section class="stack">
      <h2>You asked to join</h2>
      {task.error !== undefined && <Alert>{task.error}</Alert>}
      <ul class="requests" aria-label="You asked to join">
        {asks.map((ask) => (
          <li class="request card" key={ask.groupId} aria-label={ask.name}>
            <Avatar name={ask.name} id={ask.groupId} group />
            <div class="request-words">
              <h3 id={`ask-${ask.groupId}`} dir="auto">
                {ask.name}
              </h3>
              <p>{askText(ask)}</p>
            </div>
            <div class="request-actions">
              <button
                type="button"
                class="button"
                aria-describedby={`ask-${ask.groupId}`}
                disabled={task.busy}
                onClick={() =>
                  task.run(async () => {
                    await calls.forgetGroupAsk(ask.groupId)
                    setAsks(await calls.groupAsks())
                  })
                }
              >
                Forget
              </button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}
