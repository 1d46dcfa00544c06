// A group: who is in it, and what this person may do there.

import { useState } from 'preact/hooks'
import type { GroupView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { href } from '../../state/route.ts'
import { Alert } from '../../ui/alert.tsx'
import { Avatar } from '../../ui/avatar.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Switch } from '../../ui/switch.tsx'
import { useTask } from '../../ui/use-task.ts'
import { Panel } from '../contact/panel.tsx'
import { ConversationSettings } from '../thread/conversation-settings.tsx'
import { AddPeople } from './add-people.tsx'
import { Askers } from './askers.tsx'
import { GroupImage } from './group-image.tsx'
import { GroupLink } from './group-link.tsx'
import { GroupPicture } from './group-picture.tsx'
import { Members } from './members.tsx'
import { RenameGroup } from './rename-group.tsx'
import '../../styles/group.css'

export function GroupPanel({ group }: { readonly group: GroupView }) {
  const { model } = useApp()
  const [open, setOpen] = useState<'add' | 'link' | 'rename' | 'leave'>()
  const task = useTask()
  const { calls } = model
  const close = () => setOpen(undefined)
  const conversation = model.conversations.value?.find((view) => view.id === group.conversationId)
  const { id, conversationId, name, isMember, isAdmin, mayInvite, adders, asked } = group
  return (
    <Panel title="Details" conversationId={conversationId}>
      <div class="contact-head">
        <span class="avatar-wrap">
          <Avatar name={name} id={id} group size="large" />
          <GroupImage id={id} />
        </span>
        <p class="contact-name" dir="auto">
          {name}
        </p>
        {isMember && (
          <div class="button-row">
            <button type="button" class="button button-small" onClick={() => setOpen('rename')}>
              Rename
            </button>
            <GroupPicture group={group} />
          </div>
        )}
      </div>
      <a class="row-button" href={href({ page: 'conversation', id: conversationId, panel: 'gallery' })}>
        <span class="row-icon">
          <Icon name="picture" size={20} />
        </span>
        Photos, videos and files
      </a>
      {task.error !== undefined && <Alert>{task.error}</Alert>}
      <Askers group={group} />
      {isMember && conversation !== undefined && <ConversationSettings conversation={conversation} />}
      <Members group={group} />
      {asked.length > 0 && (
        <div class="panel-group">
          <h3 class="panel-heading">Asked, not answered yet</h3>
          <ul class="rows" aria-label="Asked">
            {asked.map((person) => (
              <li class="row" key={person.fingerprint} aria-label={person.name}>
                <Avatar name={person.name} id={person.fingerprint} size="small" />
                <bdi class="member-name" id={`asked-${person.fingerprint}`}>
                  {person.name}
                </bdi>
                {isMember && (
                  <button
                    type="button"
                    class="button button-small"
                    aria-describedby={`asked-${person.fingerprint}`}
                    disabled={task.busy}
                    onClick={() => task.run(() => calls.withdrawFromGroup(id, person.fingerprint))}
                  >
                    Take back
                  </button>
                )}
              </li>
            ))}
          </ul>
        </div>
      )}
      {isMember && (
        <div class="panel-group">
          {mayInvite && (
            <button type="button" class="button" onClick={() => setOpen('add')}>
              Add people
            </button>
          )}
          {isAdmin && (
            <button type="button" class="button" onClick={() => setOpen('link')}>
              Share invite link
            </button>
          )}
          {isAdmin ? (
            <Switch
              label="Everybody may add people"
              hint="Otherwise only admins do."
              checked={adders === 'members'}
              disabled={task.busy}
              onChange={(all) => task.run(() => calls.setGroupAdders(id, all ? 'members' : 'admins'))}
            />
          ) : (
            <p class="hint">{adders === 'members' ? 'Everybody here may add people.' : 'Only admins add people.'}</p>
          )}
        </div>
      )}
      <div class="panel-group">
        {isMember ? (
          <button type="button" class="button button-danger" onClick={() => setOpen('leave')}>
            Leave group
          </button>
        ) : (
          <p class="hint">You are not in this group any more. What was said stays on this device.</p>
        )}
      </div>
      {open === 'add' && <AddPeople group={group} onClose={close} />}
      {open === 'link' && <GroupLink group={group} onClose={close} />}
      {open === 'rename' && <RenameGroup group={group} onClose={close} />}
      {open === 'leave' && (
        <ConfirmDialog label="Leave group" action="Leave" danger onConfirm={() => calls.leaveGroup(id)} onClose={close}>
          <p>
            Nothing that is said in <bdi>{name}</bdi> from now on reaches you, and you can write nothing there. What was
            said stays on this device. Everybody sees that you left.
          </p>
          <p class="hint">To come back, somebody in it has to add you again.</p>
        </ConfirmDialog>
      )}
    </Panel>
  )
}
