// What can be done about one contact.

import { useState } from 'preact/hooks'
import type { ContactView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { href } from '../../state/route.ts'
import { Alert } from '../../ui/alert.tsx'
import { Avatar } from '../../ui/avatar.tsx'
import { Icon } from '../../ui/icon.tsx'
import { later } from '../../ui/later.tsx'
import { useTask } from '../../ui/use-task.ts'
import { ConversationSettings } from '../thread/conversation-settings.tsx'
import { BeginAnew } from './begin-anew.tsx'
import { FollowerAnswer } from './follower-answer.tsx'
import { followWords } from './follow-words.ts'
import { ContactNotice } from './contact-notice.tsx'
import { Panel } from './panel.tsx'
import { VerifiedBadge } from './verified-badge.tsx'

const Introduce = later(async () => (await import('./introduce.tsx')).Introduce)
const ReportContact = later(async () => (await import('./report-contact.tsx')).ReportContact)

export function ContactPanel({ contact }: { readonly contact: ContactView }) {
  const { model } = useApp()
  const [beginning, setBeginning] = useState(false)
  const [reporting, setReporting] = useState(false)
  const [introducing, setIntroducing] = useState(false)
  const [introducedTo, setIntroducedTo] = useState<ContactView>()
  const task = useTask()
  const change = (action: Promise<void>) =>
    task.run(async () => {
      await action
      await Promise.all([model.refresh('contacts'), model.refresh('conversations')])
    })
  const { calls } = model
  const conversation = model.conversations.value?.find(({ id }) => id === contact.conversationId)
  return (
    <Panel title="Details" conversationId={contact.conversationId}>
      <div class="contact-head">
        <Avatar name={contact.name} id={contact.fingerprint} size="large" />
        <p class="contact-name" dir="auto">
          {contact.name}
        </p>
        <VerifiedBadge contact={contact} worded />
      </div>
      <ContactNotice contact={contact} />
      <a class="row-button" href={href({ page: 'conversation', id: contact.conversationId, panel: 'gallery' })}>
        <span class="row-icon">
          <Icon name="picture" size={20} />
        </span>
        Photos, videos and files
      </a>
      {task.error !== undefined && <Alert>{task.error}</Alert>}
      {conversation !== undefined && contact.state !== 'blocked' && (
        <ConversationSettings conversation={conversation} />
      )}
      <div class="panel-group">
        <button
          type="button"
          class={contact.following ? 'button' : 'button button-primary'}
          disabled={task.busy}
          onClick={() => change(contact.following ? calls.unfollow(contact.id) : calls.follow(contact.id))}
        >
          {contact.following ? 'Unfollow' : 'Follow'}
        </button>
        {followWords(contact).map((words) => (
          <p key={words}>{words}</p>
        ))}
        {contact.followsMe !== 'no' && <FollowerAnswer contact={contact} />}
        <p class="hint">
          Who you follow is told so, and decides whether you get their posts. Nobody else learns of it.
        </p>
      </div>
      <div class="panel-group">
        {(contact.keys === 'known' || contact.state === 'blocked') && (
          // Otherwise it is in the notice above.
          <a
            class="row-button"
            href={href({ page: 'conversation', id: contact.conversationId, panel: 'verify' })}
            aria-label={`Verify ${contact.name}`}
          >
            <span class="row-icon">
              <Icon name="shield" size={20} />
            </span>
            Verify {contact.name}
          </a>
        )}
        <p class="hint">
          {contact.direct
            ? `You are connected directly. ${contact.name} can see your IP address; the relay sees none of what you send.`
            : 'What you send goes through the relay, sealed. Neither of you learns the IP address of the other.'}
        </p>
      </div>
      {contact.state === 'accepted' && (
        <div class="panel-group">
          <button type="button" class="row-button" onClick={() => setIntroducing(true)}>
            <span class="row-icon">
              <Icon name="requests" size={20} />
            </span>
            Introduce to …
          </button>
          <p class="hint" role="status">
            {introducedTo !== undefined && (
              <>
                <bdi>{contact.name}</bdi> is asked now, and <bdi>{introducedTo.name}</bdi> as soon as{' '}
                <bdi>{contact.name}</bdi> has said yes.
              </>
            )}
          </p>
        </div>
      )}
      {contact.state === 'accepted' && contact.trouble === undefined && (
        <div class="panel-group">
          <button type="button" class="row-button" onClick={() => setBeginning(true)}>
            <span class="row-icon">
              <Icon name="link" size={20} />
            </span>
            Begin anew
          </button>
          <p class="hint">
            For when nothing is delivered any more though {contact.name} is there: with a new invite of theirs.
          </p>
        </div>
      )}
      <div class="panel-group">
        {contact.state === 'blocked' ? (
          <button
            type="button"
            class="button"
            disabled={task.busy}
            onClick={() => change(calls.unblockContact(contact.id))}
          >
            Unblock
          </button>
        ) : (
          <button
            type="button"
            class="button button-danger"
            disabled={task.busy}
            onClick={() => change(calls.blockContact(contact.id))}
          >
            Block
          </button>
        )}
        <p class="hint">Blocking stops everything of this contact from arriving. What you have stays on this device.</p>
        {contact.state !== 'asked' && (
          <button type="button" class="button button-quiet" onClick={() => setReporting(true)}>
            Report
          </button>
        )}
      </div>
      {reporting && <ReportContact contact={contact} onClose={() => setReporting(false)} />}
      {introducing && (
        <Introduce
          contact={contact}
          onDone={(other) => {
            setIntroducing(false)
            setIntroducedTo(other)
          }}
          onClose={() => setIntroducing(false)}
        />
      )}
      {beginning && <BeginAnew contact={contact} onClose={() => setBeginning(false)} />}
    </Panel>
  )
}
