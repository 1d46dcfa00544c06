// One thing said to many people, each in the conversation of the two. What is prepared once is sealed for each anew, under
// keys and ids of its own, so that nobody can tell from what they get that somebody else has it too. Loaded when it is used.

import type { Broadcast, BroadcastResult, MessagesApi, SendProgress } from '../api.ts'
import { UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import type { Sealer } from '../delivery/seal.ts'
import { limits } from '../limits.ts'
import type { MediaPreparer, PreparedMedia } from '../ports.ts'
import { checkView } from '../viewing/policy.ts'
import { checkWords, createCompose } from './compose.ts'
import { sentMessage } from './messages.ts'
import type { Views } from './views.ts'

/** Preparation is shown as the first half, sealing for everybody as the second. */
const preparedShare = 0.5

export interface BroadcastParts {
  readonly sealer: Sealer
  readonly views: Views
  readonly get: MessagesApi['get']
}

export function createBroadcast(context: Context, { sealer, views, get }: BroadcastParts): Broadcast {
  const { tables, closing } = context

  return async (contactIds, draft, { ids, signal: stop, onProgress } = {}) => {
    const signal = AbortSignal.any([closing, ...(stop === undefined ? [] : [stop])])
    const { media = [] } = draft
    if (contactIds.length > limits.broadcastRecipients) throw new UsageError('too-many-recipients')
    if (ids !== undefined && ids.length !== contactIds.length) throw new UsageError('unknown-message')
    if (new Set(contactIds).size < contactIds.length) throw new UsageError('unknown-contact')
    const conversationIds = contactIds.map((contactId) => {
      const contact = tables.contacts.peek(contactId)
      if (contact === undefined || contact.state === 'request') throw new UsageError('unknown-contact')
      return contact.conversationId
    })
    checkWords((draft.text ?? '').trim().toWellFormed(), media)
    checkView(draft.view, media)
    const prepared: PreparedMedia[] = []
    try {
      for (const [index, item] of media.entries())
        prepared.push(
          await context.media.prepare(item.data, {
            quality: item.quality ?? 'standard',
            ...(item.voice === true ? { voice: true } : {}),
            ...(item.video === undefined ? {} : { video: item.video }),
            signal,
            onProgress: (fraction, stage) => onProgress?.((preparedShare * (index + fraction)) / media.length, stage),
          }),
        )
      const results: BroadcastResult[] = []
      for (const [index, contactId] of contactIds.entries()) {
        const id = ids?.[index]
        const told: SendProgress = (fraction, stage) =>
          onProgress?.(preparedShare + ((1 - preparedShare) * (index + fraction)) / contactIds.length, stage)
        results.push(await sendOne(contactId, conversationIds[index] ?? '', id, told))
        told(1)
      }
      return results
    } finally {
      for (const item of prepared) await item.close()
    }

    async function sendOne(
      contactId: string,
      conversationId: string,
      id: string | undefined,
      onSealing: SendProgress,
    ): Promise<BroadcastResult> {
      try {
        signal.throwIfAborted()
        const compose = createCompose({ ...context, media: inTurn(prepared) }, sealer, views)
        const view = await compose(
          conversationId,
          { ...draft, isBesides: true },
          { signal, onProgress: onSealing, ...(id === undefined ? {} : { id }) },
        )
        return { contactId, sent: sentMessage(context, view, get) }
      } catch (error) {
        return { contactId, error }
      }
    }
  }
}

/** Gives one after the other what was prepared before; it stays open for the next message. */
function inTurn(prepared: readonly PreparedMedia[]): MediaPreparer {
  const left = prepared.values()
  return {
    async prepare() {
      const { value } = left.next()
      if (value === undefined) throw new RangeError('more media than were prepared')
      return { ...value, close: () => Promise.resolve() }
    },
  }
}
