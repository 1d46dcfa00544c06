// One conversation as its view sees it: the newest messages, older ones page by page, what is being written, and what is
// being sent from this tab (pending.ts). One signal per message, so that progress of one redraws that one alone.

import { batch, signal } from '@preact/signals'
import type { ReadonlySignal, Signal } from '@preact/signals'
import type { Attachment, ConversationView, DraftAbout, MessageView } from '../../messenger/api.ts'
import type { AppEvent } from './calls.ts'
import type { Sending, SendingEnvironment } from './pending.ts'
import { createSending } from './pending.ts'

const pageSize = 50
/** Of a way back to a place that is known, nothing is shown before it is reached. */
const backPageSize = 500
/** What a page can show at once; what is further back than this is not gone to in one step. */
const maxBackMessages = 5000

/** What is written is about this message: an answer to it, or a new text for it. */
export interface About {
  readonly kind: 'reply' | 'edit'
  readonly message: MessageView
  /** Of an edit that was begun before: what the new text was then. */
  readonly text?: string
}

export interface Thread extends Sending {
  readonly id: string
  /** Of what is being written; undefined: of nothing. Goes with the message. */
  readonly about: Signal<About | undefined>
  /** In order, oldest first. */
  readonly messages: ReadonlySignal<readonly ReadonlySignal<MessageView>[]>
  readonly loaded: ReadonlySignal<boolean>
  /** True when there is nothing older than what is loaded. */
  readonly complete: ReadonlySignal<boolean>
  readonly loadingOlder: ReadonlySignal<boolean>
  /** Loads until the message at this position is there. False: it is too far back. */
  loadBackTo(order: number): Promise<boolean>
  /** Joins a page that is on its way. */
  loadOlder(): Promise<void>
  /** The newest page again: after another tab took over. */
  readonly refresh: () => Promise<void>
  /** What is in the place to write; undefined until this tab knows. */
  readonly written: string | undefined
  /**
   * Keeps what is in the place to write on this device, together with the words of what is being sent: a tab that ends
   * before those are stored as messages must not take them along.
   */
  write(text: string): void
  /** The same of the new text that an edit is about to give. */
  writeEdit(text: string): void
  /** What was written before this tab was there. Does nothing when this tab has written already. */
  restore(stored: Pick<ConversationView, 'draft' | 'draftAbout'>): Promise<void>
  apply(event: AppEvent): void
}

export function createThread(id: string, environment: SendingEnvironment): Thread {
  const { calls } = environment
  const byId = new Map<string, Signal<MessageView>>()
  const messages = signal<readonly Signal<MessageView>[]>([])
  const loaded = signal(false)
  const complete = signal(false)
  const loadingOlder = signal(false)
  const about = signal<About>()
  let written: string | undefined
  let isRestored = false
  let editText: string | undefined

  const draftAbout = (): DraftAbout | undefined => {
    const { kind, message } = about.peek() ?? {}
    if (kind === undefined || message === undefined) return undefined
    const { id: messageId } = message
    return kind === 'reply' ? { kind, messageId } : { kind, messageId, text: editText ?? message.text ?? '' }
  }
  const keepDraft = () => {
    const texts = [...sending.pending.peek().map(({ draft }) => draft.text ?? ''), written ?? '']
    const text = texts.filter((part) => part.trim() !== '').join('\n')
    return calls.setDraft(id, text, draftAbout()).catch(() => undefined)
  }
  let lastAbout: About | undefined
  about.subscribe((now) => {
    if (now === lastAbout) return
    lastAbout = now
    editText = now?.text
    void keepDraft()
  })
  const sending = createSending(id, environment, {
    stored: (message) => insert([message]),
    taken: () => void (written = ''),
    changed: () => void keepDraft().then(environment.draftKept),
  })
  const insert = (views: readonly MessageView[]) => {
    const fresh: Signal<MessageView>[] = []
    batch(() => {
      for (const view of views) {
        const known = byId.get(view.id)
        if (known === undefined) {
          const made = signal(view)
          byId.set(view.id, made)
          fresh.push(made)
        } else {
          known.value = view
        }
      }
      if (fresh.length > 0) {
        messages.value = [...messages.peek(), ...fresh].toSorted((a, b) => a.peek().order - b.peek().order)
      }
      sending.remove(views.map((view) => view.id))
    })
  }
  const change = (messageId: string, how: (view: MessageView) => MessageView) => {
    const known = byId.get(messageId)
    if (known !== undefined) known.value = how(known.peek())
  }

  const rereads = new Map<string, number>()
  const readAgain = async (messageId: string) => {
    const turn = (rereads.get(messageId) ?? 0) + 1
    rereads.set(messageId, turn)
    const view = await calls.message(messageId)
    // An answer that was overtaken is of before.
    if (view === undefined || rereads.get(messageId) !== turn) return
    // A new line; what is older than what is loaded comes with its page.
    const oldest = messages.peek()[0]?.peek().order ?? 0
    if (byId.has(messageId) || (loaded.peek() && view.order > oldest)) insert([view])
    if (view.unsentAt !== undefined) forgetAbout(messageId)
  }
  const forgetAbout = (messageId: string) => {
    if (about.peek()?.message.id === messageId) about.value = undefined
  }
  const reread = (messageId: string) => void readAgain(messageId).catch(() => undefined)
  /** Answers show a part of it. */
  const rereadAnswers = (messageId: string) => {
    for (const message of messages.peek()) if (message.peek().replyTo?.id === messageId) reread(message.peek().id)
  }

  const refresh = async () => {
    // What arrives from here on may come before the page does, and may be missing in it.
    const newestBefore = messages.peek().at(-1)?.peek().order ?? -1
    const newest = await calls.page(id, undefined, pageSize)
    const firstOfPage = newest[0]?.order
    batch(() => {
      // More than a page was missed: start over rather than show a gap.
      if (firstOfPage !== undefined && newestBefore < firstOfPage) {
        for (const message of messages.peek()) {
          if (message.peek().order < firstOfPage) byId.delete(message.peek().id)
        }
        messages.value = messages.peek().filter((message) => byId.has(message.peek().id))
        complete.value = false
      }
      insert(newest)
      if (newest.length < pageSize) complete.value = true
      loaded.value = true
    })
  }
  let older: Promise<void> | undefined
  const loadOlder = () => (older ??= readOlder(pageSize, () => true).finally(() => (older = undefined)))
  const readOlder = async (limit: number, isEnough: (oldestOrder: number) => boolean) => {
    let oldest = messages.peek()[0]?.peek()
    if (complete.peek() || oldest === undefined) return
    loadingOlder.value = true
    const read: MessageView[] = []
    try {
      let isAll = false
      do {
        const page: readonly MessageView[] = await calls.page(id, oldest.id, limit)
        read.push(...page)
        isAll = page.length < limit
        oldest = page[0] ?? oldest
      } while (!isAll && !isEnough(oldest.order) && read.length < maxBackMessages)
      batch(() => {
        insert(read)
        if (isAll) complete.value = true
      })
    } finally {
      loadingOlder.value = false
    }
  }

  return {
    ...sending,
    id,
    about,
    messages,
    loaded,
    complete,
    loadingOlder,
    get written() {
      return written
    },
    write(text) {
      written = text
      void keepDraft()
    },
    writeEdit(text) {
      editText = text
      void keepDraft()
    },
    async restore({ draft, draftAbout: stored }) {
      if (isRestored) return
      isRestored = true
      // Once something was sent, what is stored has that in it too.
      written ??= draft
      if (stored === undefined || about.peek() !== undefined) return
      const message = await calls.message(stored.messageId).catch(() => undefined)
      const isGone = message === undefined || message.unsentAt !== undefined || message.conversationId !== id
      if (isGone || about.peek() !== undefined) return
      about.value = { kind: stored.kind, message, ...(stored.kind === 'edit' ? { text: stored.text } : {}) }
    },
    refresh,
    loadOlder,
    async loadBackTo(order) {
      const ahead = () => (complete.peek() ? 0 : Math.max(0, (messages.peek()[0]?.peek().order ?? order) - order))
      await older
      if (ahead() === 0) return true
      // A page more than that, so that there is something before it.
      const limit = Math.min(backPageSize, ahead() + pageSize)
      older ??= readOlder(limit, (oldest) => oldest <= order).finally(() => (older = undefined))
      await older
      return ahead() === 0
    },
    apply(event) {
      switch (event.kind) {
        case 'message':
          if (event.message.conversationId === id) insert([event.message])
          break
        case 'deleted':
          if (byId.delete(event.messageId)) {
            messages.value = messages.peek().filter((message) => message.peek().id !== event.messageId)
          }
          forgetAbout(event.messageId)
          rereadAnswers(event.messageId)
          break
        case 'preparing':
          sending.prepared(event)
          break
        case 'state':
          if (event.conversationId !== id) break
          // It goes to one more: somebody joined.
          if (!hasRecipient(byId.get(event.messageId)?.peek(), event.recipient.contactId)) reread(event.messageId)
          change(event.messageId, (view) => ({
            ...view,
            recipients: view.recipients.map((recipient) =>
              recipient.contactId === event.recipient.contactId ? event.recipient : recipient,
            ),
          }))
          break
        case 'transfer':
          change(event.attachmentId.slice(0, event.attachmentId.lastIndexOf('.')), (view) => ({
            ...view,
            attachments: view.attachments.map((attachment) =>
              attachment.id === event.attachmentId ? moved(attachment, event) : attachment,
            ),
          }))
          break
        case 'view':
          if (event.conversationId !== id) break
          reread(event.messageId)
          rereadAnswers(event.messageId)
          break
        case 'typing':
        case 'presence':
        case 'change':
        case 'notice':
        case 'leader':
        case 'lock':
          break
      }
    },
  }
}

function hasRecipient(view: MessageView | undefined, contactId: string): boolean {
  return view?.recipients.some((recipient) => recipient.contactId === contactId) === true
}

function moved(attachment: Attachment, { rendition, transfer }: Extract<AppEvent, { kind: 'transfer' }>): Attachment {
  if (rendition === 'display') return { ...attachment, transfer }
  const { original } = attachment
  return original === undefined ? attachment : { ...attachment, original: { ...original, transfer } }
}
