// Who asked to join by my link. Looking tells them nothing; the names are theirs to choose.

import type { GroupView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { formatWhen } from '../../state/format.ts'
import { Alert } from '../../ui/alert.tsx'
import { Avatar } from '../../ui/avatar.tsx'
import { useTask } from '../../ui/use-task.ts'

export function Askers({ group: { id, askers, isAdmin } }: { readonly group: GroupView }) {
  const { model } = useApp()
  const task = useTask()
  const { calls } = model
  if (askers.length === 0 || !isAdmin) return null
  return (
    <div class="panel-group">
      <h3 class="panel-heading">Asking to join</h3>
      <p class="hint">They came by your link. Their names are not verified. They see nothing of the group yet.</p>
      {task.error !== undefined && <Alert>{task.error}</Alert>}
      <ul class="rows" aria-label="Asking to join">
        {askers.map(({ contactId, fingerprint, name, text, at }) => (
          <li class="row" key={contactId} aria-label={name}>
            <Avatar name={name} id={fingerprint} size="small" />
            <span class="member-name" id={`asker-${contactId}`}>
              <bdi>{name}</bdi>
              {text !== undefined && <span dir="auto">{text}</span>}
              <span class="fine member-role">Asked {formatWhen(at, Date.now())}</span>
            </span>
            <button
              type="button"
              class="button button-small button-primary"
              aria-describedby={`asker-${contactId}`}
              disabled={task.busy}
              onClick={() => task.run(() => calls.acceptAsker(id, contactId))}
            >
              Accept
            </button>
            <button
              type="button"
              class="button button-small"
              aria-describedby={`asker-${contactId}`}
              disabled={task.busy}
              onClick={() => task.run(() => calls.refuseAsker(id, contactId))}
            >
              Refuse
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}
