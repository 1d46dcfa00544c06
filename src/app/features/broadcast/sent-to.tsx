// What became of one thing that went to several people, person by person, as it goes on.

import { useEffect, useState } from 'preact/hooks'
import type { ContactView, DeliveryState } from '../../../messenger/api.ts'
import { errorText, failureText, stateText } from '../../error-text.ts'
import type { BroadcastOutcome } from '../../state/calls.ts'
import { AppError } from '../../state/app-error.ts'
import { useApp } from '../../state/context.ts'
import { href } from '../../state/route.ts'
import { Avatar } from '../../ui/avatar.tsx'

export function SentTo({
  people,
  outcomes,
  onLeave,
}: {
  readonly people: readonly ContactView[]
  readonly outcomes: readonly BroadcastOutcome[]
  readonly onLeave: () => void
}) {
  const states = useStates(outcomes)
  const sent = outcomes.filter(({ error }) => error === undefined).length
  return (
    <>
      <p role="status">{`On its way to ${sent} of ${outcomes.length}.`}</p>
      <ul class="rows" aria-label="Sent to">
        {outcomes.map((outcome) => {
          const person = people.find(({ id }) => id === outcome.contactId)
          if (person === undefined) return null
          const state = states.get(outcome.messageId)
          const isFailed = outcome.error !== undefined || state?.kind === 'failed'
          return (
            <li class="row sent-to" key={outcome.contactId} aria-label={person.name}>
              <Avatar name={person.name} id={person.fingerprint} size="small" />
              <span class="sent-to-words">
                <a dir="auto" href={href({ page: 'conversation', id: person.conversationId })} onClick={onLeave}>
                  {person.name}
                </a>
                <span class={isFailed ? 'fine sent-to-failed' : 'fine'}>{wordsOf(outcome, state)}</span>
              </span>
            </li>
          )
        })}
      </ul>
    </>
  )
}

function wordsOf({ error }: BroadcastOutcome, state: DeliveryState | undefined): string {
  if (error !== undefined) return errorText(new AppError(error))
  if (state === undefined) return ''
  return state.kind === 'failed' ? `${stateText(state)}. ${failureText(state.reason)}` : stateText(state)
}

/** How far each message is, by its id. */
function useStates(outcomes: readonly BroadcastOutcome[]): ReadonlyMap<string, DeliveryState> {
  const { model } = useApp()
  const [states, setStates] = useState<ReadonlyMap<string, DeliveryState>>(new Map())
  useEffect(() => {
    const ids = new Set(outcomes.flatMap(({ messageId, error }) => (error === undefined ? [messageId] : [])))
    let isOver = false
    const put = (messageId: string, state: DeliveryState | undefined) => {
      if (!isOver && state !== undefined) setStates((before) => new Map(before).set(messageId, state))
    }
    const end = model.listen((event) => {
      if (event.kind === 'state' && ids.has(event.messageId)) put(event.messageId, event.recipient.state)
    })
    for (const id of ids)
      void model.calls.message(id).then(
        (message) => put(id, message?.recipients[0]?.state),
        () => undefined,
      )
    return () => {
      isOver = true
      end()
    }
  }, [outcomes])
  return states
}
