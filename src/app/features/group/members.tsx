// Who is in a group, and what can be done about each.

import { useState } from 'preact/hooks'
import type { GroupMember, GroupView } from '../../../messenger/api.ts'
import { toAppError, AppError } from '../../state/app-error.ts'
import { useApp } from '../../state/context.ts'
import { fromHere } from '../../state/from-here.ts'
import { Alert } from '../../ui/alert.tsx'
import { Avatar } from '../../ui/avatar.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Menu } from '../../ui/menu.tsx'
import type { MenuAction } from '../../ui/menu.tsx'
import { useTask } from '../../ui/use-task.ts'

export function Members({ group }: { readonly group: GroupView }) {
  const { model, router } = useApp()
  const [removing, setRemoving] = useState<GroupMember>()
  const task = useTask()
  const { calls } = model
  const { id, isMember, isAdmin, members } = group
  const write = ({ fingerprint }: GroupMember) =>
    task.run(async () => {
      const goOn = fromHere(router)
      const conversationId = await calls.writeToMember(id, fingerprint).catch((error: unknown) => {
        // They are in the group: what is missing is a session with them.
        const failure = toAppError(error)
        throw failure.key === 'usage/unknown-contact' ? new AppError({ key: 'app/not-met' }, { cause: error }) : failure
      })
      await Promise.all([model.refresh('contacts'), model.refresh('conversations')])
      goOn({ page: 'conversation', id: conversationId })
    })
  const actionsFor = (person: GroupMember): readonly MenuAction[] => {
    if (person.isMe || !isMember) return []
    const { fingerprint } = person
    return [
      { name: 'Write to them alone', icon: <Icon name="chats" />, run: () => write(person) },
      ...(!isAdmin
        ? []
        : ([
            {
              name: person.isAdmin ? 'No longer admin' : 'Make admin',
              icon: <Icon name="shield" />,
              run: () => task.run(() => calls.setGroupAdmin(id, fingerprint, !person.isAdmin)),
            },
            { name: 'Remove from group', icon: <Icon name="block" />, danger: true, run: () => setRemoving(person) },
          ] as const)),
    ]
  }
  return (
    <div class="panel-group">
      <h3 class="panel-heading">
        {members.length} {members.length === 1 ? 'member' : 'members'}
      </h3>
      {task.error !== undefined && <Alert>{task.error}</Alert>}
      <ul class="rows" aria-label="Members">
        {members.map((person) => {
          const actions = actionsFor(person)
          return (
            <li class="row" key={person.fingerprint} aria-label={person.name}>
              <Avatar name={person.name} id={person.fingerprint} size="small" />
              <span class="member-name">
                <bdi>{person.name}</bdi>
                <span class="fine member-role">{rolesOf(person).join(' · ')}</span>
              </span>
              {actions.length > 0 && <Menu label={`Options for ${person.name}`} actions={actions} />}
            </li>
          )
        })}
      </ul>
      {removing !== undefined && (
        <ConfirmDialog
          label={`Remove ${removing.name}`}
          action="Remove"
          danger
          onConfirm={() => calls.removeFromGroup(id, removing.fingerprint)}
          onClose={() => setRemoving(undefined)}
        >
          <p>
            <bdi>{removing.name}</bdi> gets nothing more of what is said here. What they have they keep. Everybody sees
            it, and they do too.
          </p>
        </ConfirmDialog>
      )}
    </div>
  )
}

function rolesOf({ isMe, isAdmin, contactId }: GroupMember): readonly string[] {
  return [
    ...(isMe ? ['You'] : []),
    ...(isAdmin ? ['Admin'] : []),
    ...(isMe || contactId !== undefined ? [] : ['No contact of yours']),
  ]
}
