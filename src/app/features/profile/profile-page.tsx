// Who this person is to others: the name, the invites, and whom they follow.

import { useEffect, useState } from 'preact/hooks'
import { useApp } from '../../state/context.ts'
import { href } from '../../state/route.ts'
import { Alert } from '../../ui/alert.tsx'
import { Avatar } from '../../ui/avatar.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { useTask } from '../../ui/use-task.ts'
import { VerifiedBadge } from '../contact/verified-badge.tsx'
import { FollowerAnswer } from '../contact/follower-answer.tsx'
import { FollowList } from './follow-list.tsx'
import { InviteDialog } from './invite-dialog.tsx'
import { OpenInvites } from './open-invites.tsx'
import '../../styles/people.css'

export function ProfilePage() {
  const { model } = useApp()
  const [sharing, setSharing] = useState(false)
  const profile = model.profile.value
  const contacts = model.contacts.value ?? []
  const following = contacts.filter((contact) => contact.following)
  const followers = contacts.filter(({ state, followsMe }) => state === 'accepted' && followsMe !== 'no')
  const open = model.settings.value?.openFollowers === true
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
                {contact.approvesMe === undefined && <span class="row-end fine">Waits for their word</span>}
              </a>
            </li>
          ))}
        </ul>
        {following.length === 0 && (
          <p class="hint">You follow nobody yet. Open a conversation, then its details, to follow somebody.</p>
        )}
        <FollowList />
      </Section>
      <Section title="Followers">
        <ul class="rows" aria-label="Followers">
          {followers.map((contact) => (
            <li key={contact.id} class="row follower">
              <Avatar name={contact.name} id={contact.fingerprint} size="small" />
              <span class="follower-name">
                <a
                  id={`follower-${contact.id}`}
                  dir="auto"
                  href={href({ page: 'conversation', id: contact.conversationId })}
                >
                  {contact.name}
                </a>
                <span class="fine">
                  {contact.followsMe === 'asked' ? 'Asks to follow you' : 'Follows you, and gets your posts'}
                </span>
              </span>
              <FollowerAnswer contact={contact} describedBy={`follower-${contact.id}`} />
            </li>
          ))}
        </ul>
        {followers.length === 0 && <p class="hint">Nobody follows you yet.</p>}
        <p class="hint">
          {open
            ? 'Whoever wants to follow you may, without your word. '
            : 'Followers get your posts, once you approve them. '}
          <a href={href({ page: 'settings' })}>Change who may follow</a>
        </p>
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
