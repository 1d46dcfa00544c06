// What was found: people, and messages with the words marked. A message leads to its place in its conversation.

import { useEffect, useState } from 'preact/hooks'
import type { MessageView, SearchResult } from '../../../messenger/api.ts'
import { errorText, isCancelled } from '../../error-text.ts'
import { useApp } from '../../state/context.ts'
import { formatWhen } from '../../state/format.ts'
import { href } from '../../state/route.ts'
import { Alert } from '../../ui/alert.tsx'
import { Avatar } from '../../ui/avatar.tsx'
import { kindOf } from '../conversation/message-kind.ts'
import { excerpt, markWords, wordsOf } from './mark-words.ts'
import '../../styles/search.css'

/** Between two letters of somebody who types. */
const typingMs = 150

interface Answer {
  readonly query: string
  readonly result?: SearchResult
  readonly error?: string
}

/** In all conversations, or in one; `onGo`: a message of it is gone to. */
export function SearchResults({
  query,
  conversationId,
  onGo,
}: {
  readonly query: string
  readonly conversationId?: string
  readonly onGo?: (event: Event) => void
}) {
  const answer = useAnswer(query, conversationId)
  const isBusy = answer?.query !== query
  const { result, error } = answer ?? {}
  const words = wordsOf(answer?.query ?? '')
  return (
    <div class="search-results" aria-busy={isBusy}>
      <p class="fine search-state" role="status">
        {isBusy ? 'Searching…' : result === undefined ? '' : countText(result, query)}
      </p>
      {error !== undefined && <Alert>{error}</Alert>}
      {result !== undefined && result.people.length > 0 && (
        <ul class="rows" aria-label="People found">
          {result.people.map((person) => (
            <Person key={person.conversationId} {...person} words={words} />
          ))}
        </ul>
      )}
      {result !== undefined && result.messages.length > 0 && (
        <ul class="rows" aria-label="Messages found">
          {result.messages.map((message) => (
            <FoundMessage
              key={message.id}
              message={message}
              words={words}
              isHere={conversationId !== undefined}
              onGo={onGo}
            />
          ))}
        </ul>
      )}
    </div>
  )
}

function useAnswer(query: string, conversationId: string | undefined): Answer | undefined {
  const app = useApp()
  const [answer, setAnswer] = useState<Answer>()
  useEffect(() => {
    const { calls } = app.model
    const id = app.newId()
    let isOver = false
    let isAsked = false
    const timer = setTimeout(() => {
      isAsked = true
      calls.search(id, query, conversationId).then(
        (result) => {
          isAsked = false
          if (!isOver) setAnswer({ query, result })
        },
        (error: unknown) => {
          isAsked = false
          if (!isOver && !isCancelled(error)) setAnswer({ query, error: errorText(error) })
        },
      )
    }, typingMs)
    return () => {
      isOver = true
      clearTimeout(timer)
      if (isAsked) void calls.cancel(id).catch(() => undefined)
    }
  }, [query, conversationId])
  return answer
}

function Person({
  conversationId,
  name,
  words,
}: SearchResult['people'][number] & { readonly words: readonly string[] }) {
  const { model } = useApp()
  const contact = model.contacts.value?.find((view) => view.conversationId === conversationId)
  return (
    <li>
      <a class="row-button" href={href({ page: 'conversation', id: conversationId })}>
        <Avatar name={name} id={contact?.fingerprint ?? conversationId} size="small" />
        <bdi class="line">
          <Marked text={name} words={words} />
        </bdi>
      </a>
    </li>
  )
}

function FoundMessage({
  message,
  words,
  isHere,
  onGo,
}: {
  readonly message: MessageView
  readonly words: readonly string[]
  /** It is plain in which conversation it is. */
  readonly isHere: boolean
  readonly onGo: ((event: Event) => void) | undefined
}) {
  const { model } = useApp()
  const { conversationId, order, senderId, senderName, sentAt } = message
  const where = model.conversations.value?.find(({ id }) => id === conversationId)?.name ?? ''
  const who = senderId === undefined ? 'You' : senderName
  return (
    <li>
      <a
        class="row-button found"
        href={href({ page: 'conversation', id: conversationId })}
        onClick={(event) => {
          model.sought.value = { conversationId, order }
          onGo?.(event)
        }}
      >
        <span class="found-top">
          <bdi class="line">{who === where || isHere ? who : `${who} · ${where}`}</bdi>
          <span class="fine">{formatWhen(sentAt, Date.now())}</span>
        </span>
        <span class="found-words" dir="auto">
          <Marked text={excerpt(textOf(message, words), words)} words={words} />
        </span>
      </a>
    </li>
  )
}

function Marked({ text, words }: { readonly text: string; readonly words: readonly string[] }) {
  return (
    <>
      {markWords(text, words).map((part, index) =>
        part.isFound ? <mark key={index}>{part.text}</mark> : <span key={index}>{part.text}</span>,
      )}
    </>
  )
}

/** Of what a message says, that in which most of the words are. */
function textOf(message: MessageView, words: readonly string[]): string {
  const media = message.attachments.flatMap(({ caption, altText, name }) => [caption, altText, name])
  const texts = [message.text, ...media].filter((text) => text !== undefined && text !== '')
  const count = (text: string) => markWords(text, words).filter(({ isFound }) => isFound).length
  const [best] = texts.toSorted((a, b) => count(b ?? '') - count(a ?? ''))
  return best ?? kindOf(message)
}

function countText({ people, messages, more }: SearchResult, query: string): string {
  const counts = [
    ...(people.length === 0 ? [] : [people.length === 1 ? '1 name' : `${people.length} names`]),
    ...(messages.length === 0
      ? []
      : [
          messages.length === 1
            ? '1 message'
            : more
              ? `the newest ${messages.length} messages`
              : `${messages.length} messages`,
        ]),
  ]
  return counts.length === 0 ? `Nothing found for “${query.trim()}”.` : `Found: ${counts.join(' and ')}.`
}
