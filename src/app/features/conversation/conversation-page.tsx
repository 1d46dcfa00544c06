// One conversation: its head, its messages, the place to write, and the contact's panel where it is open.

import { signal } from '@preact/signals'
import type { Signal } from '@preact/signals'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { ContactView, ConversationView, GroupView } from '../../../messenger/api.ts'
import { errorText } from '../../error-text.ts'
import type { AppDraft } from '../../state/calls.ts'
import { useApp } from '../../state/context.ts'
import { sendingWaits } from '../../state/keys.ts'
import { href } from '../../state/route.ts'
import type { Route } from '../../state/route.ts'
import type { Thread } from '../../state/thread.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { Icon } from '../../ui/icon.tsx'
import { later } from '../../ui/later.tsx'
import { BackLink } from '../../ui/page.tsx'
import { VerifiedBadge } from '../contact/verified-badge.tsx'
import { Composer } from './composer.tsx'
import { usualManner } from './chosen-media.ts'
import type { Choice } from './chosen-media.ts'
import { Feed } from './feed.tsx'
import { placeToWrite } from './move-in-feed.ts'

const Closed = later(async () => (await import('./closed.tsx')).Closed)
const ContactPanel = later(async () => (await import('../contact/contact-panel.tsx')).ContactPanel)
const ContactNotice = later(async () => (await import('../contact/contact-notice.tsx')).ContactNotice)
const GroupPanel = later(async () => (await import('../group/group-panel.tsx')).GroupPanel)
const MembersText = later(async () => (await import('../group/group-parts.ts')).MembersText)
const VerifyPanel = later(async () => (await import('../contact/verify-panel.tsx')).VerifyPanel)
const Gallery = later(async () => (await import('../gallery/gallery.tsx')).Gallery)
const PinnedBar = later(async () => (await import('../thread/thread-parts.ts')).PinnedBar)
const SearchPanel = later(async () => (await import('../search/search-panel.tsx')).SearchPanel)
const Viewer = later(async () => (await import('../viewer/viewer.tsx')).Viewer)

const noChoice: Choice = { media: [], refusals: [], manner: usualManner }
/** What was chosen stays while the person looks at another conversation. */
const choices = new WeakMap<Thread, Signal<Choice>>()

function choiceOf(thread: Thread): Signal<Choice> {
  const known = choices.get(thread) ?? signal(noChoice)
  choices.set(thread, known)
  return known
}

export function ConversationPage({ id }: { readonly id: string }) {
  const { model } = useApp()
  const conversation = model.conversations.value?.find((view) => view.id === id)
  const contact = model.contacts.value?.find((view) => view.conversationId === id)
  if (conversation === undefined || (contact === undefined && conversation.groupId === undefined)) {
    const known = model.conversations.value !== undefined && model.contacts.value !== undefined
    return (
      <div class="centre" aria-busy={!known}>
        {known && <p class="empty">This conversation is not on this device.</p>}
      </div>
    )
  }
  const group = conversation.groupId === undefined ? undefined : model.group(conversation.groupId).value
  return <Conversation conversation={conversation} contact={contact} group={group} thread={model.thread(id)} />
}

function Conversation({
  conversation,
  contact,
  group,
  thread,
}: {
  readonly conversation: ConversationView
  /** Of two people. */
  readonly contact: ContactView | undefined
  /** Of more; undefined until it is read. */
  readonly group: GroupView | undefined
  readonly thread: Thread
}) {
  const { model, router, unsent } = useApp()
  const chosen = choiceOf(thread)
  const choice = chosen.value
  /** Also what comes when another conversation is looked at already. */
  const setChoice = (next: Choice | ((current: Choice) => Choice)) => {
    chosen.value = typeof next === 'function' ? next(chosen.value) : next
    unsent.hold(thread, chosen.value.media.length > 0 ? 'unsent' : undefined)
  }
  const [dragging, setDragging] = useState(false)
  const depth = useRef(0)
  const route = router.route.value
  const { panel, media } = route.page === 'conversation' ? route : {}

  useEffect(() => {
    const warm = () => {
      if (document.visibilityState === 'visible') void model.calls.warm(conversation.id).catch(() => undefined)
    }
    warm()
    document.addEventListener('visibilitychange', warm)
    return () => document.removeEventListener('visibilitychange', warm)
  }, [conversation.id])

  const addFiles = (files: readonly File[], takenBack?: AppDraft) =>
    void import('./choose-files.ts').then(
      ({ chooseFiles }) => setChoice((current) => chooseFiles(current, files, takenBack)),
      (error: unknown) => model.notify(errorText(error)),
    )
  const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true
  const writable = contact?.state !== 'blocked' && group?.isMember !== false

  return (
    <div class={panel === undefined ? 'conversation-page' : 'conversation-page with-panel'}>
      <section
        class="conversation"
        aria-label={`Conversation with ${conversation.name}`}
        onDragEnter={(event) => {
          if (!hasFiles(event) || !writable) return
          depth.current += 1
          setDragging(true)
        }}
        onDragLeave={() => {
          depth.current = Math.max(0, depth.current - 1)
          if (depth.current === 0) setDragging(false)
        }}
        onDragOver={(event) => {
          if (hasFiles(event)) event.preventDefault()
        }}
        onDrop={(event) => {
          if (!hasFiles(event)) return
          event.preventDefault()
          depth.current = 0
          setDragging(false)
          if (writable) addFiles([...(event.dataTransfer?.files ?? [])])
        }}
      >
        <div>
          <Head contact={contact} group={group} conversation={conversation} panel={panel} />
          <PinnedBar conversationId={conversation.id} />
        </div>
        {writable && (
          <button type="button" class="skip" onClick={(event) => placeToWrite(event.currentTarget)?.focus()}>
            Skip to writing
          </button>
        )}
        <Feed
          thread={thread}
          groupId={conversation.groupId}
          readers={contact === undefined ? 'who is in this group' : `you and ${contact.name}`}
          onEdit={(draft) => addFiles([], draft)}
        />
        {panel === undefined && contact !== undefined && (contact.keys !== 'known' || contact.trouble) && (
          <ContactNotice contact={contact} />
        )}
        {writable ? (
          <Composer
            conversation={conversation}
            waits={contact !== undefined && sendingWaits(contact)}
            thread={thread}
            choice={choice}
            onFiles={addFiles}
            onChoice={setChoice}
          />
        ) : (
          <Closed contact={contact} />
        )}
        {dragging && (
          <div class="drop-target" aria-hidden="true">
            <Icon name="addMedia" size={40} />
            Drop photos and videos
          </div>
        )}
      </section>
      {panel === 'about' && contact !== undefined && <ContactPanel contact={contact} />}
      {panel === 'about' && group !== undefined && <GroupPanel group={group} />}
      {panel === 'verify' && contact !== undefined && <VerifyPanel contact={contact} />}
      {panel === 'search' && <SearchPanel conversationId={conversation.id} />}
      {panel === 'gallery' && <Gallery conversationId={conversation.id} />}
      {media !== undefined && <Viewer thread={thread} attachmentId={media} />}
    </div>
  )
}

function Head({
  contact,
  group,
  conversation,
  panel,
}: {
  readonly contact: ContactView | undefined
  readonly group: GroupView | undefined
  readonly conversation: ConversationView
  readonly panel: Extract<Route, { page: 'conversation' }>['panel']
}) {
  const { model } = useApp()
  const isWriting = contact !== undefined && model.writers.value.get(conversation.id)?.includes(contact.id) === true
  // Before the relays are known nothing is said to be wrong.
  const online = model.relays.value?.some(({ state }) => state === 'live') ?? true
  const here = { page: 'conversation', id: conversation.id } as const
  const about = href(panel === undefined || panel === 'search' ? { ...here, panel: 'about' } : here)
  const search = href(panel === 'search' ? here : { ...here, panel: 'search' })
  return (
    <header class="conversation-head">
      <BackLink />
      <Avatar
        name={conversation.name}
        id={contact?.fingerprint ?? conversation.groupId ?? ''}
        group={contact === undefined}
        size="small"
      />
      <div class="conversation-title">
        <h1>
          <bdi>{conversation.name}</bdi>
        </h1>
        <p class="fine title-states">
          {contact !== undefined && <VerifiedBadge contact={contact} worded />}
          {contact !== undefined && !isWriting && <span class="line">{presenceText(contact, online)}</span>}
          {group !== undefined && !isWriting && (
            <span class="line">
              <MembersText group={group} />
            </span>
          )}
          <span class="line writing" role="status">
            {isWriting && `${conversation.name} is typing…`}
          </span>
        </p>
      </div>
      <a class="icon-button" href={search} aria-label="Find in conversation">
        <Icon name="search" />
      </a>
      <a class="icon-button" href={about} aria-label="Details">
        <Icon name="info" />
      </a>
    </header>
  )
}

function presenceText(contact: ContactView, online: boolean): string {
  if (contact.state === 'blocked') return 'Blocked'
  if (contact.state === 'asked') return 'Waiting for an answer'
  if (contact.direct) return 'Connected directly'
  return online ? 'Through the relay' : 'No connection'
}
