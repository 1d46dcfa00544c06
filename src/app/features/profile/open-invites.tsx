// Invites that can still be used.

import { useApp } from '../../state/context.ts'
import { formatShortDate } from '../../state/format.ts'
import { Alert } from '../../ui/alert.tsx'
import { useTask } from '../../ui/use-task.ts'

export function OpenInvites() {
  const { model } = useApp()
  const task = useTask()
  const open = (model.invites.value ?? []).filter(({ uses, used, expiresAt }) => used < uses && expiresAt > Date.now())
  if (open.length === 0) return null
  return (
    <>
      {task.error !== undefined && <Alert>{task.error}</Alert>}
      <ul class="rows" aria-label="Open invites">
        {open.map((invite) => (
          <li key={invite.id} class="row">
            <span>
              {invite.uses === 1 ? 'Not used yet' : `Used ${invite.used} of ${invite.uses} times`}
              <span class="fine"> · until {formatShortDate(invite.expiresAt)}</span>
            </span>
            <button
              type="button"
              class="button button-small"
              disabled={task.busy}
              onClick={() =>
                task.run(async () => {
                  await model.calls.revokeInvite(invite.id)
                  await model.refresh('invites')
                })
              }
            >
              Withdraw
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}
