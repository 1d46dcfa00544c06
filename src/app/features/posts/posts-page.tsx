// Posts: mine, with who gets them and who looked, and those of people I follow.

import { useState } from 'preact/hooks'
import type { PostsOfPerson } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { href } from '../../state/route.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { later } from '../../ui/later.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { elapsedText, useNow } from '../tiles/elapsed.ts'
import { OpenCallsSection } from '../calls/open-calls.tsx'
import { personOf } from './frames.ts'
import { followersText, useFollowers } from './use-followers.ts'
import { useFreshPosts } from './use-live.ts'
import '../../styles/posts.css'

const NewPost = later(async () => (await import('./new-post.tsx')).NewPost)
const PostViewer = later(async () => (await import('./post-viewer.tsx')).PostViewer)

export function PostsPage() {
  const { model } = useApp()
  const [start, setStart] = useState<string>()
  const [isMaking, setMaking] = useState(false)
  const now = useNow()
  useFreshPosts()
  const all = model.posts.value
  const profile = model.profile.value
  if (all === undefined || profile === undefined) return null
  const people = all.filter(({ posts }) => posts.some(({ until }) => until > now))
  const mine = people.find(({ contactId }) => contactId === undefined)
  const others = people.filter(({ contactId }) => contactId !== undefined)
  const follows = model.contacts.value?.some(({ following }) => following) === true
  return (
    <Page title="Posts">
      <Section title="My posts">
        {mine === undefined ? (
          <p class="hint">
            A post is a photo, a video or a few words for everybody who follows you. It goes by itself after 24 hours,
            or after a week at most. Nobody else gets it, and you see who looked at it.
          </p>
        ) : (
          <Ring
            person={mine}
            fingerprint={profile.fingerprint}
            words={`${count(mine.posts.length)} · seen by ${seenBy(mine)}`}
            onOpen={() => setStart('')}
          />
        )}
        <Followers />
        <button type="button" class="button button-primary" onClick={() => setMaking(true)}>
          New post
        </button>
      </Section>
      <Section title="People you follow">
        <ul class="posts-people" aria-label="Posts of others" hidden={others.length === 0}>
          {others.map((person) => (
            <li key={person.contactId}>
              <Ring
                person={person}
                fingerprint={model.contacts.value?.find(({ id }) => id === person.contactId)?.fingerprint ?? ''}
                words={`${person.hasNew ? 'New · ' : ''}${count(person.posts.length)} · ${elapsedText(person.posts.at(-1)?.sentAt ?? now, now)}`}
                onOpen={() => setStart(personOf(person))}
              />
            </li>
          ))}
        </ul>
        {others.length === 0 && (
          <p class="hint">
            {follows
              ? 'Nothing new. When somebody whom you follow, and who lets you, posts something, it is here until its time is over.'
              : 'You follow nobody yet. Open a conversation, then its details, to follow somebody: with their word you get what they post.'}
          </p>
        )}
      </Section>
      <OpenCallsSection />
      {isMaking && <NewPost onClose={() => setMaking(false)} />}
      {start !== undefined && <PostViewer start={start} onClose={() => setStart(undefined)} />}
    </Page>
  )
}

function Ring({
  person,
  fingerprint,
  words,
  onOpen,
}: {
  readonly person: PostsOfPerson
  readonly fingerprint: string
  readonly words: string
  readonly onOpen: () => void
}) {
  const isMine = person.contactId === undefined
  const wordsId = `posts-${personOf(person)}-words`
  return (
    <div class="post-person">
      <button type="button" class="row-button" aria-describedby={wordsId} onClick={onOpen}>
        <span class={person.hasNew ? 'post-ring new' : 'post-ring'}>
          <Avatar name={person.name} id={fingerprint} />
        </span>
        <span dir="auto">
          {isMine ? (
            'View my posts'
          ) : (
            <>
              <span class="visually-hidden">Posts of </span>
              {person.name}
            </>
          )}
        </span>
      </button>
      {/* Beside the button, whose name is all that it says. */}
      <span class="fine" id={wordsId}>
        {words}
      </span>
    </div>
  )
}

/** Who gets what I post, by name; and who waits for my word. */
function Followers() {
  const { model } = useApp()
  const followers = useFollowers()
  const asking = model.contacts.value?.filter(({ followsMe }) => followsMe === 'asked').length ?? 0
  return (
    <div class="post-followers">
      <p>{followersText(followers.length)}</p>
      {followers.length > 0 && (
        <p class="fine" dir="auto">
          {followers.map(({ name }) => name).join(', ')}
        </p>
      )}
      {asking > 0 && (
        <a class="fine" href={href({ page: 'profile' })}>
          {asking === 1 ? '1 person asks' : `${asking} people ask`} to follow you
        </a>
      )}
    </div>
  )
}

function count(posts: number): string {
  return posts === 1 ? '1 post' : `${posts} posts`
}

function seenBy({ posts }: PostsOfPerson): number {
  const viewers = posts.flatMap(({ recipients }) =>
    recipients.flatMap(({ contactId, state }) => (state.kind === 'seen' ? [contactId] : [])),
  )
  return new Set(viewers).size
}
