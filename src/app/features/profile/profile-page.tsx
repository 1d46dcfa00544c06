// Who this person is to others: the name, the invites, and whom they follow.

import { useEffect, useState } from 'preact/hooks'
import { useApp } from '../../state/context.ts'
import { href } from '../../state/route.ts'
import { Alert } from '../../ui/alert.tsx'
import { Avatar } from '../../ui/avatar.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { useTask } from '../../ui/use-task.ts'
import { VerifiedBadge } from '../contact/verified-badge.tsx'
import { InviteDialog } from './invite-dialog.tsx'
import { OpenInvites } from './open-invites.tsx'
import '../../styles/people.css'

export function ProfilePage() {
  const { model } = useApp()
  const [sharing, setSharing] = useState(false)
  const profile = model.profile.value
  const following = (model.contacts.value ?? []).filter((contact) => contact.following)
  if (profile === undefined) return null
  return (
    <Page title="Profile">
      <div class="profile-head">
        <Avatar name={profile.name} id={profile.fingerprint} size="large" />
        <NameForm name={profile.name} />
      </div>
      <Section title="Invite">
        <p class="hint">
          One link connects you with one person. Send it in any way you like: whoever opens it can ask to write to you.
        </p>
        <button type="button" class="button button-primary" onClick={() => setSharing(true)}>
          Share invite
        </button>
        <OpenInvites />
      </Section>
      <Section title="Following">
        <ul class="rows" aria-label="Following">
          {following.map((contact) => (
            <li key={contact.id}>
              <a class="row-button" href={href({ page: 'conversation', id: contact.conversationId })}>
                <Avatar name={contact.name} id={contact.fingerprint} size="small" />
                <span dir="auto">{contact.name}</span>
                <VerifiedBadge contact={contact} />
              </a>
            </li>
          ))}
          {following.length === 0 && (
            <li class="hint">You follow nobody yet. Open a conversation, then its details, to follow somebody.</li>
          )}
        </ul>
      </Section>
      <Section title="Followers">
        <ul class="rows" aria-label="Followers">
          <li class="hint">Nobody is told who follows them: that stays on the device of the one who follows.</li>
        </ul>
      </Section>
      {sharing && <InviteDialog onClose={() => setSharing(false)} />}
    </Page>
  )
}

function NameForm({ name }: { readonly name: string }) {
  const { model } = useApp()
  const [value, setValue] = useState(name)
  const task = useTask()
  useEffect(() => setValue(name), [name])
  const changed = value.trim() !== name && value.trim() !== ''
  return (
    <form
      class="name-form"
      onSubmit={(event) => {
        event.preventDefault()
        task.run(async () => {
          await model.calls.setName(value.trim())
          await model.refresh('profile')
        })
      }}
    >
      <label htmlFor="profile-name">Your name</label>
      <div class="field-row">
        <input
          id="profile-name"
          class="field"
          dir="auto"
          maxLength={64}
          autocomplete="off"
          value={value}
          onInput={(event) => setValue(event.currentTarget.value)}
        />
        <button type="submit" class="button" disabled={!changed || task.busy}>
          Save name
        </button>
      </div>
      {task.error !== undefined && <Alert>{task.error}</Alert>}
    </form>
  )
}
