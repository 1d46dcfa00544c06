// What this tab sends to a conversation, until it is stored as a message.

import { signal } from '@preact/signals'
import type { ReadonlySignal, Signal } from '@preact/signals'
import type { MessageView } from '../../messenger/api.ts'
import { isCancelled } from '../error-text.ts'
import { toAppError } from './app-error.ts'
import type { AppError } from './app-error.ts'
import type { AppCalls, AppDraft, AppEvent, Stage } from './calls.ts'

export interface Pending {
  readonly id: string
  readonly draft: AppDraft
  readonly startedAt: number
  /** Preparation of the media, 0 to 1. */
  readonly fraction: number
  readonly stage?: Stage | undefined
  readonly error?: AppError
}

export interface Sending {
  readonly pending: ReadonlySignal<readonly Pending[]>
  /** What was written becomes the message. */
  readonly send: (draft: AppDraft) => Promise<void>
  readonly retryPending: (id: string) => Promise<void>
  /** Stops its preparation, or removes it after it failed; returns what it held. */
  readonly dropPending: (id: string) => AppDraft | undefined
}

export interface SendingEnvironment {
  readonly calls: AppCalls
  /** How many messages this tab is preparing, in all conversations; counted up and down here. */
  readonly preparing: Signal<number>
  readonly newId: () => string
  /** Words of what is being sent are no draft any more, or one again: what shows drafts is to be read again. */
  readonly draftKept: () => void
  readonly now: () => number
}

export interface SendingHandlers {
  readonly stored: (message: MessageView) => void
  /** It is no longer in the place to write. */
  readonly taken: () => void
  /** The words that are being sent are others now. */
  readonly changed: () => void
}

interface Sends extends Sending {
  /** They are stored, or given up. */
  readonly remove: (ids: readonly string[]) => void
  readonly prepared: (event: Extract<AppEvent, { kind: 'preparing' }>) => void
}

export function createSending(
  conversationId: string,
  { calls, preparing, newId, now }: SendingEnvironment,
  { stored, taken, changed }: SendingHandlers,
): Sends {
  const pending = signal<readonly Pending[]>([])

  const remove = (ids: readonly string[]) => {
    const gone = pending.peek().filter(({ id }) => ids.includes(id))
    if (gone.length === 0) return
    pending.value = pending.peek().filter((item) => !gone.includes(item))
    if (gone.some(({ draft }) => draft.text !== undefined)) changed()
  }
  const change = (id: string, how: Partial<Pending>) => {
    pending.value = pending.peek().map((item) => (item.id === id ? { ...item, ...how } : item))
  }
  const find = (id: string) => pending.peek().find((item) => item.id === id)
  const deliver = async ({ id, draft }: Pending) => {
    preparing.value += 1
    try {
      stored(await calls.send(id, conversationId, draft))
    } catch (error) {
      if (isCancelled(error)) {
        remove([id])
      } else {
        change(id, { error: toAppError(error) })
        if (draft.text !== undefined) changed()
      }
    } finally {
      preparing.value -= 1
    }
  }

  return {
    pending,
    remove,
    prepared: ({ messageId, fraction, stage }) => change(messageId, { fraction, stage }),
    send: async (draft) => {
      const item: Pending = { id: newId(), draft, startedAt: now(), fraction: 0 }
      const waits = draft.media.length > 0 || pending.peek().length > 0
      pending.value = [...pending.peek(), item]
      taken()
      // A text alone is stored before it could be written down as a draft.
      if (waits && draft.text !== undefined) changed()
      await deliver(item)
    },
    retryPending: async (id) => {
      const item = find(id)
      if (item === undefined) return
      const { error: _, ...again } = { ...item, fraction: 0, stage: undefined }
      pending.value = pending.peek().map((other) => (other === item ? again : other))
      await deliver(again)
    },
    dropPending: (id) => {
      const item = find(id)
      remove([id])
      if (item !== undefined && item.error === undefined) void calls.cancel(id)
      return item?.draft
    },
  }
}
