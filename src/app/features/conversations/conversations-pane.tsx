// The list of conversations, newest first.

import { useState } from 'preact/hooks'
import type { ConversationView } from '../../../messenger/api.ts'
import { stateText } from '../../error-text.ts'
import { useApp } from '../../state/context.ts'
import { formatWhen } from '../../state/format.ts'
import { sendingWaits } from '../../state/keys.ts'
import { href } from '../../state/route.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { Icon } from '../../ui/icon.tsx'
import { later } from '../../ui/later.tsx'
import { VerifiedBadge } from '../contact/verified-badge.tsx'
import { lineText, unsentText } from '../conversation/line-text.ts'
import { kindOf, sentence } from '../conversation/message-kind.ts'

const NewMessage = later(async () => (await import('./new-message.tsx')).NewMessage)
const StatesText = later(async () => (await import('../group/group-parts.ts')).StatesText)
const GroupImage = later(async () => (await import('../group/group-parts.ts')).GroupImage)
const PendingPreview = later(async () => (await import('../conversation/pending-preview.tsx')).PendingPreview)
const SearchResults = later(async () => (await import('../search/search-results.tsx')).SearchResults)

/** `main`: the list is what the page is about. */
export function ConversationsPane({ main }: { readonly main: boolean }) {
  const { model } = useApp()
  const [composing, setComposing] = useState(false)
  const [query, setQuery] = useState('')
  const isSearching = query.trim() !== ''
  const conversations = model.conversations.value
  return (
    <div class="list-pane" role={main ? 'main' : 'region'} aria-label={main ? undefined : 'Inbox'}>
      <div class="list-head">
        {main ? <h1>Messages</h1> : <h2>Messages</h2>}
        <button type="button" class="new-message" aria-label="New message" onClick={() => setComposing(true)}>
          <Icon name="compose" />
        </button>
      </div>
      {conversations?.length !== 0 && (
        <input
          type="search"
          class="field search-field"
          aria-label="Search"
          placeholder="Search"
          autocomplete="off"
          spellcheck={false}
          maxLength={200}
          value={query}
          onInput={(event) => setQuery(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setQuery('')
          }}
        />
      )}
      {isSearching && <SearchResults query={query} />}
      <ul class="conversations" aria-label="Conversations" hidden={isSearching}>
        {(conversations ?? []).map((conversation) => (
          <ConversationItem key={conversation.id} conversation={conversation} />
        ))}
      </ul>
      {conversations?.length === 0 && (
        <div class="list-empty">
          <p>No conversations yet.</p>
          <p class="hint">Share your invite, or open one that you were sent.</p>
          {main && (
            <a class="button button-primary one-pane" href={href({ page: 'profile' })}>
              Get your invite
            </a>
          )}
        </div>
      )}
      {composing && <NewMessage onClose={() => setComposing(false)} />}
    </div>
  )
}

function ConversationItem({ conversation }: { readonly conversation: ConversationView }) {
  const { model, router } = useApp()
  const route = router.route.value
  const here = route.page === 'conversation' && route.id === conversation.id
  const describedBy = `conversation-${conversation.id}`
  const { draft, lastMessage, isMuted } = conversation
  const isWritten = lastMessage?.unsentAt === undefined && lastMessage?.line === undefined
  const sent = draft === '' && isWritten && lastMessage?.senderId === undefined ? lastMessage : undefined
  const [state, ...more] = sent?.recipients ?? []
  const contact = model.contacts.value?.find(({ id }) => id === conversation.contactId)
  const waits = contact !== undefined && sendingWaits(contact)
  const isUnstored = model.unstored.value.has(conversation.id)
  return (
    <li
      class={conversation.unread > 0 ? 'conversation-item unread' : 'conversation-item'}
      aria-label={conversation.name}
    >
      <span class={contact?.direct === true ? 'avatar-wrap here' : 'avatar-wrap'}>
        <Avatar
          name={conversation.name}
          id={contact?.fingerprint ?? conversation.groupId ?? conversation.id}
          group={conversation.groupId !== undefined}
        />
        {conversation.groupId !== undefined && <GroupImage id={conversation.groupId} />}
      </span>
      <span class="conversation-top">
        <a
          class="conversation-link line"
          href={href({ page: 'conversation', id: conversation.id })}
          aria-describedby={describedBy}
          aria-current={here ? 'true' : undefined}
        >
          <bdi>{conversation.name}</bdi>
        </a>
        {contact !== undefined && <VerifiedBadge contact={contact} />}
        <span class="conversation-when">
          {isMuted && (
            <>
              <Icon name="muted" size={14} />
              <span class="visually-hidden">Muted</span>{' '}
            </>
          )}
          {formatWhen(conversation.lastActivityAt, Date.now())}
        </span>
      </span>
      <span class="conversation-bottom">
        <span class="conversation-preview" id={describedBy}>
          {isUnstored ? (
            <PendingPreview conversation={conversation} />
          ) : (
            <span class="line">
              <bdi>{previewOf(conversation)}</bdi>
            </span>
          )}
          {isUnstored ? null : waits ? (
            <span class="conversation-state conversation-waits line">Keys changed: sending waits</span>
          ) : (
            sent !== undefined && (
              <span class="conversation-state line">
                {state === undefined || more.length > 0 ? <StatesText message={sent} /> : stateText(state.state)}
              </span>
            )
          )}
        </span>
        {conversation.unread > 0 && (
          <span class="badge">
            {conversation.unread}
            <span class="visually-hidden"> unread</span>
          </span>
        )}
      </span>
    </li>
  )
}

function previewOf(conversation: ConversationView): string {
  const { lastMessage, draft } = conversation
  if (draft !== '') return `Draft: ${draft}`
  if (lastMessage === undefined) return conversation.accepted ? 'Say hello' : 'Waiting for an answer'
  if (lastMessage.line !== undefined) return lineText(lastMessage.line)
  if (lastMessage.unsentAt !== undefined) return unsentText(lastMessage)
  const { senderId, senderName, text } = lastMessage
  const from = conversation.groupId !== undefined && senderId !== undefined ? `${senderName}: ` : ''
  return from + (text ?? sentence(kindOf(lastMessage)))
}
