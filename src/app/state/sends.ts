// What the leading tab sends for all tabs: each thing once, and messages of a conversation in their order. Other work
// that can be cancelled by id is known here too.

import type { Messenger, MessageView, PostView, SendOptions, SendProgress } from '../../messenger/api.ts'
import { toWireError } from './app-error.ts'
import type { Addressee, AppCalls, AppEvent, BroadcastDraft, BroadcastOutcome, PostDraft } from './calls.ts'

export interface Sends extends Pick<AppCalls, 'send' | 'forward' | 'broadcast' | 'createPost' | 'sending' | 'cancel'> {
  /** `work` is to end when `cancel` is called with this id. */
  readonly withSignal: <T>(id: string, work: (signal: AbortSignal) => Promise<T>) => Promise<T>
}

export function createSends(messenger: Messenger, emit: (event: AppEvent) => void): Sends {
  // A send that is asked for again (another tab repeats what it had asked the last leader) joins the one under way.
  const running = new Map<string, AbortController>()
  const sends = new Map<string, Promise<MessageView>>()
  const creations = new Map<string, Promise<PostView>>()
  const broadcasts = new Map<string, Promise<readonly BroadcastOutcome[]>>()
  const withSignal = async <T>(id: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const controller = new AbortController()
    running.set(id, controller)
    try {
      return await work(controller.signal)
    } finally {
      running.delete(id)
    }
  }
  const tellProgress = (messageId: string): SendProgress =>
    byPercent((fraction, stage) => emit({ kind: 'preparing', messageId, fraction, stage: stage?.kind }))
  const tellSending = () => emit({ kind: 'change', what: 'sending' })

  // Messages of a conversation are stored in the order in which they were sent: a text does not overtake the video
  // before it, which takes longer to prepare.
  const turns = new Map<string, Promise<unknown>>()

  /** `make` gives the id of what it stored. */
  const store = async (
    messageId: string,
    conversationId: string,
    make: (options: SendOptions & { readonly id: string; readonly signal: AbortSignal }) => Promise<string | undefined>,
  ): Promise<MessageView> => {
    const controller = new AbortController()
    running.set(messageId, controller)
    const before = turns.get(conversationId)
    const { promise: turn, resolve: endTurn } = Promise.withResolvers<void>()
    turns.set(conversationId, turn)
    try {
      await before
      controller.signal.throwIfAborted()
      const id = await make({
        id: messageId,
        signal: controller.signal,
        onProgress: tellProgress(messageId),
      })
      const message = id === undefined ? undefined : await messenger.messages.get(id)
      if (message === undefined) throw new DOMException('deleted while it was sent', 'AbortError')
      emit({ kind: 'message', message })
      return message
    } finally {
      running.delete(messageId)
      endTurn()
    }
  }

  const createPost = (id: string, draft: PostDraft): Promise<PostView> =>
    withSignal(id, (signal) =>
      messenger.posts.create(draft, {
        id,
        signal,
        onProgress: tellProgress(id),
      }),
    )

  const broadcast = async (
    id: string,
    to: readonly Addressee[],
    draft: BroadcastDraft,
  ): Promise<readonly BroadcastOutcome[]> =>
    withSignal(id, async (signal) => {
      const results = await messenger.broadcast(
        to.map(({ contactId }) => contactId),
        draft,
        {
          ids: to.map(({ messageId }) => messageId),
          signal,
          onProgress: tellProgress(id),
        },
      )
      for (const { messageId } of to) {
        const message = await messenger.messages.get(messageId)
        if (message !== undefined) emit({ kind: 'message', message })
      }
      return to.map((addressee, index) => {
        const result = results[index]
        return result !== undefined && 'error' in result
          ? { ...addressee, error: toWireError(result.error) }
          : addressee
      })
    })

  /** One that is asked for again joins the one under way; until it is stored it is only in this tab. */
  const joined = <T>(under: Map<string, Promise<T>>, id: string, begin: () => Promise<T>): Promise<T> => {
    const known =
      under.get(id) ??
      begin().finally(() => {
        under.delete(id)
        tellSending()
      })
    under.set(id, known)
    tellSending()
    return known
  }

  return {
    withSignal,
    createPost: (id, draft) => joined(creations, id, () => createPost(id, draft)),
    broadcast: (id, to, draft) => joined(broadcasts, id, () => broadcast(id, to, draft)),
    sending: async () => sends.size + creations.size + broadcasts.size,
    send: (messageId, conversationId, draft) =>
      joined(sends, messageId, () =>
        store(messageId, conversationId, async (options) => (await messenger.send(conversationId, draft, options)).id),
      ),
    forward: (newId, conversationId, messageId) =>
      joined(sends, newId, () =>
        store(newId, conversationId, async ({ id, ...options }) => {
          const [sent] = await messenger.messages.forward(messageId, [conversationId], { ...options, ids: [id] })
          return sent?.id
        }),
      ),
    async cancel(id) {
      running.get(id)?.abort()
    },
  }
}

/** Hundreds of steps a second come of a video, and each goes to every tab. */
function byPercent(tell: SendProgress): SendProgress {
  let told = ''
  return (fraction, stage) => {
    const step = `${Math.floor(fraction * 100)} ${stage?.kind}`
    if (step === told) return
    told = step
    tell(fraction, stage)
  }
}
