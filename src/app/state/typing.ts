// Who is writing to this person right now, by conversation. Nobody says for sure that they stopped: it ends by itself.

import { signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import type { AppEvent } from './calls.ts'

/** Said again every four seconds by who goes on: one that is late, or lost, is waited for a little. */
const staleMs = 7000

export interface Writers {
  /** Contact ids, by conversation. */
  readonly all: ReadonlySignal<ReadonlyMap<string, readonly string[]>>
  apply(event: AppEvent): void
}

export function createWriters(): Writers {
  const all = signal<ReadonlyMap<string, readonly string[]>>(new Map())
  const timers = new Map<string, ReturnType<typeof setTimeout>>()

  const set = (conversationId: string, contactId: string, isTyping: boolean) => {
    const key = `${conversationId}/${contactId}`
    clearTimeout(timers.get(key))
    timers.delete(key)
    if (isTyping)
      timers.set(
        key,
        setTimeout(() => set(conversationId, contactId, false), staleMs),
      )
    const before = all.peek().get(conversationId) ?? []
    if (before.includes(contactId) === isTyping) return
    const others = before.filter((id) => id !== contactId)
    all.value = new Map([...all.peek(), [conversationId, isTyping ? [...others, contactId] : others]])
  }

  return {
    all,
    apply(event) {
      if (event.kind === 'typing') set(event.conversationId, event.contactId, event.isTyping)
      // What they wrote is here.
      else if (event.kind === 'message' && event.message.senderId !== undefined)
        set(event.message.conversationId, event.message.senderId, false)
    },
  }
}
