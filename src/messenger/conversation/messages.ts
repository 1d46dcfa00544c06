// One message: look at it, try it again, delete it here.

import { decodeContent } from '../../protocol/content/codec.ts'
import type { MessagesApi, MessageView, SentMessage } from '../api.ts'
import { UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import { markOf } from '../delivery/conversation-mark.ts'
import type { Outbox } from '../delivery/outbox.ts'
import type { Sealer } from '../delivery/seal.ts'
import { moveState } from '../delivery/states.ts'
import type { Change } from '../records/ledger.ts'
import type { MessageRow } from '../records/rows.ts'
import { blobRefs, mediaOf, withHashList } from '../transfer/blob-refs.ts'
import type { Downloads } from '../transfer/downloads.ts'
import type { ThreadApi } from '../thread/thread.ts'
import type { Viewings } from '../viewing/viewings.ts'
import { isStillTold } from './recipients.ts'
import { removeMessage } from './remove-message.ts'
import type { Views } from './views.ts'

export interface MessageParts {
  readonly views: Views
  readonly outbox: Outbox
  readonly downloads: Downloads
  readonly sealer: Sealer
  readonly viewings: Viewings
  readonly thread: ThreadApi
}

export function createMessages(context: Context, parts: MessageParts): Omit<MessagesApi, 'forward'> {
  const { views, outbox, downloads, sealer, viewings, thread } = parts
  const { tables, ledger } = context

  /** The same envelope where it is still here; where a relay had it and lost it, the same message in a new one. */
  async function again(change: Change, key: string, row: MessageRow, contactId: string): Promise<void> {
    if (!isStillTold(context, key, contactId)) return
    const waiting = [...tables.outbox.held()].find(
      ([key, entry]) => entry.messageId === row.id && key.startsWith(`${contactId}/`),
    )
    const content = decodeContent(row.content)
    if (tables.contacts.peek(contactId)?.state === 'blocked') throw new UsageError('blocked')
    if (waiting !== undefined) change.put(tables.outbox, waiting[0], { ...waiting[1], failed: false })
    else if (content !== undefined) {
      const blobs = blobRefs(mediaOf(row)).flatMap(withHashList)
      await sealer.seal(change, contactId, content.body, {
        ...markOf(content),
        messageId: row.id,
        sentAtMs: row.sentAt,
        message: { blobs: blobs.map(({ blobId }) => blobId) },
      })
    }
    await moveState(context, change, row.id, contactId, { kind: 'sending' })
    change.after(() => outbox.kick(contactId))
  }

  return {
    async get(id) {
      const key = (await tables.messageIndex.get(id))?.key
      const row = key === undefined ? undefined : await tables.messages.get(key)
      return key === undefined || row === undefined ? undefined : views.message(key, row)
    },
    async retry(id) {
      const key = (await tables.messageIndex.get(id))?.key
      if (key === undefined) throw new UsageError('unknown-message')
      await ledger.change(async (change) => {
        const row = await change.get(tables.messages, key)
        if (row?.unsentAt !== undefined) return
        const failed = row?.recipients.filter(({ state }) => state.kind === 'failed') ?? []
        for (const { contactId } of failed) if (row !== undefined) await again(change, key, row, contactId)
      })
    },
    async delete(id) {
      downloads.drop(id)
      viewings.forget(id)
      await ledger.change(async (change) => {
        const key = (await change.get(tables.messageIndex, id))?.key
        const row = key === undefined ? undefined : await change.get(tables.messages, key)
        if (key === undefined || row === undefined) throw new UsageError('unknown-message')
        removeMessage(context, change, key, row)
      })
    },
    ...thread,
    openView: (id) => viewings.open(id, 'first'),
    replayView: (id) => viewings.open(id, 'replay'),
    closeView: (viewId) => viewings.close(viewId),
    reportCapture: (id) => viewings.captured(id),
  }
}

/** After which a message may be in another state, or taken back, or gone. */
const changes = ['state', 'view', 'deleted'] as const

const rank = { failed: -1, sending: 0, kept: 1, delivered: 2, seen: 3 } as const

/** What `send` gives: the message, and a way to wait for its state. */
export function sentMessage(context: Context, view: MessageView, get: MessagesApi['get']): SentMessage {
  const { events, closing } = context

  async function reached(kind: 'kept' | 'delivered' | 'seen'): Promise<boolean> {
    const now = await get(view.id)
    const states = now?.unsentAt === undefined ? now?.recipients.map(({ state }) => state.kind) : undefined
    if (states === undefined || states.includes('failed')) throw new UsageError('failed')
    // Who joins later may still get it.
    return states.length > 0 && states.every((state) => rank[state] >= rank[kind])
  }

  return {
    id: view.id,
    conversationId: view.conversationId,
    recipients: view.recipients,
    state(kind, options = {}) {
      const signal = AbortSignal.any([closing, ...(options.signal === undefined ? [] : [options.signal])])
      return new Promise((resolve, reject) => {
        const end = (): void => {
          for (const type of changes) events.removeEventListener(type, look)
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
        for (const type of changes) events.addEventListener(type, look)
        look()
      })
    },
  }
}
