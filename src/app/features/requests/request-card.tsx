// One request: who asks and what they say, and what can be done about it.

import type { ComponentChildren } from 'preact'
import type { RequestView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { formatWhen } from '../../state/format.ts'
import { Alert } from '../../ui/alert.tsx'
import { Avatar } from '../../ui/avatar.tsx'
import type { Task } from '../../ui/use-task.ts'

export function RequestCard({
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

export interface Answering {
  readonly request: RequestView
  readonly task: Task
}

export function Answer({
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

export function nameIdOf({ id }: RequestView): string {
  return `request-${id}`
}
