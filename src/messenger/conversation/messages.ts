// One message: look at it, try it again, delete it here.

import type { MessagesApi, MessageView, SentMessage } from '../api.ts'
import { UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import type { Outbox } from '../delivery/outbox.ts'
import { blobRefs, mediaOf, withHashList } from '../transfer/blob-refs.ts'
import type { Downloads } from '../transfer/downloads.ts'
import type { Views } from './views.ts'

export function createMessages(context: Context, views: Views, outbox: Outbox, downloads: Downloads): MessagesApi {
  const { tables, ledger, blobs, events } = context

  return {
    async get(id) {
      const key = (await tables.messageIndex.get(id))?.key
      const row = key === undefined ? undefined : await tables.messages.get(key)
      return key === undefined || row === undefined ? undefined : views.message(key, row)
    },
    retry: (id) => outbox.retry(id),
    async delete(id) {
      downloads.drop(id)
      const dropped = await ledger.change(async (change) => {
        const key = (await change.get(tables.messageIndex, id))?.key
        const row = key === undefined ? undefined : await change.get(tables.messages, key)
        if (key === undefined || row === undefined) throw new UsageError('unknown-message')
        const conversationId = key.slice(0, key.indexOf('/'))
        const all = blobRefs(mediaOf(row)).flatMap(withHashList)
        change.delete(tables.messages, key)
        // The id stays, so that a repeat from their side does not bring it back.
        change.put(tables.messageIndex, id, {})
        for (const { blobId } of all) change.delete(tables.blobs, blobId)
        for (const [entryKey, entry] of tables.outbox.held())
          if (entry.messageId === id) change.delete(tables.outbox, entryKey)
        change.after(() => events.emit('change', { what: 'conversations', id: conversationId }))
        return all
      })
      for (const { blobId } of dropped) await blobs.delete(blobId)
    },
  }
}

const rank = { failed: -1, sending: 0, kept: 1, delivered: 2, seen: 3 } as const

/** What `send` gives: the message, and a way to wait for its state. */
export function sentMessage(context: Context, view: MessageView, get: MessagesApi['get']): SentMessage {
  const { events, closing } = context

  async function reached(kind: 'kept' | 'delivered' | 'seen'): Promise<boolean> {
    const states = (await get(view.id))?.recipients.map(({ state }) => state.kind)
    if (states === undefined || states.includes('failed')) throw new UsageError('failed')
    return states.every((state) => rank[state] >= rank[kind])
  }

  return {
    id: view.id,
    conversationId: view.conversationId,
    recipients: view.recipients,
    state(kind, options = {}) {
      const signal = AbortSignal.any([closing, ...(options.signal === undefined ? [] : [options.signal])])
      return new Promise((resolve, reject) => {
        const end = (): void => {
          events.removeEventListener('state', look)
          signal.removeEventListener('abort', aborted)
        }
        const aborted = (): void => {
          end()
          reject(closing.aborted ? new UsageError('closed') : signal.reason)
        }
        const look = (): void => {
          reached(kind).then(
            (there) => {
              if (!there) return
              end()
              resolve()
            },
            (error: unknown) => {
              end()
              reject(error)
            },
          )
        }
        if (signal.aborted) return aborted()
        signal.addEventListener('abort', aborted)
        events.addEventListener('state', look)
        look()
      })
    },
  }
}
