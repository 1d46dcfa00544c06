// Conversations: the list, their pages, what was seen, drafts.

import type { ConversationsApi, DraftAbout, MessageView, ReportFile } from '../api.ts'
import { UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import type { Receipts } from '../delivery/receipts.ts'
import type { Links } from '../direct/links.ts'
import { limits } from '../limits.ts'
import { isKnown } from '../people/contacts.ts'
import type { ConversationRow } from '../records/rows.ts'
import type { SetTimer } from '../thread/set-timer.ts'
import type { TellTyping } from '../thread/typing.ts'
import { lookAt } from './look-at.ts'
import { mutedUntil } from './mute.ts'
import { recipientsOf, targetOf } from './recipients.ts'
import type { Views } from './views.ts'
import { messageKey } from './views.ts'

const pageDefault = 50
const pageMax = 500

export function createConversations(
  context: Context,
  views: Views,
  receipts: Receipts,
  links: Links,
  typing: TellTyping,
  setTimer: SetTimer,
  report: (contactId: string) => Promise<ReportFile>,
): ConversationsApi {
  const { tables, ledger, events } = context

  const isVisible = (row: ConversationRow): boolean => isShown(context, row)

  /** A conversation that I see: requests have theirs, but not here. */
  function find(id: string): ConversationRow {
    const row = tables.conversations.peek(id)
    if (row === undefined || !isVisible(row)) throw new UsageError('unknown-conversation')
    return row
  }

  async function orderOf(conversationId: string, messageId: string): Promise<number> {
    const key = (await tables.messageIndex.get(messageId))?.key
    if (key === undefined || !key.startsWith(`${conversationId}/`)) throw new UsageError('unknown-message')
    return Number.parseInt(key.slice(conversationId.length + 1), 16)
  }

  return {
    async list() {
      const visible = [...tables.conversations.held()].filter(([, row]) => isVisible(row))
      const all = await Promise.all(visible.map(([id, row]) => views.conversation(id, row)))
      return all.toSorted((a, b) => b.lastActivityAt - a.lastActivityAt)
    },
    async get(id) {
      const row = tables.conversations.peek(id)
      if (row === undefined || !isVisible(row)) return undefined
      return views.conversation(id, row)
    },
    async page(id, options = {}) {
      find(id)
      const limit = Math.min(pageMax, Math.max(1, Math.floor(options.limit ?? pageDefault)))
      const before = options.before === undefined ? {} : { before: messageKey(id, await orderOf(id, options.before)) }
      const rows = await tables.messages.list({ prefix: `${id}/`, reverse: true, limit, ...before })
      return Promise.all(rows.toReversed().map(({ key, row }) => views.message(key, row)))
    },
    async markSeen(id, messageId) {
      find(id)
      const order = await orderOf(id, messageId)
      await ledger.change((change) => lookAt(context, receipts, change, id, order))
    },
    async setDraft(id, text, about) {
      find(id)
      await ledger.change(async (change) => {
        const row = await change.get(tables.conversations, id)
        if (row === undefined) return
        const draft = cut(text)
        const { about: before, ...rest } = row
        const next = aboutRow(about)
        if (row.draft === draft && before?.messageId === next?.messageId && before?.text === next?.text) return
        change.put(tables.conversations, id, { ...rest, draft, ...(next === undefined ? {} : { about: next }) })
      })
    },
    setTimer: (id, lifeMs) => setTimer(id, lifeMs),
    async mute(id, until) {
      find(id)
      await ledger.change(async (change) => {
        const row = await change.get(tables.conversations, id)
        if (row === undefined) return
        const { mutedUntil: _, ...rest } = row
        change.put(tables.conversations, id, { ...rest, ...mutedUntil(until) })
        change.after(() => events.emit('change', { what: 'conversations', id }))
      })
    },
    async pinned(id) {
      const found: MessageView[] = []
      for (const messageId of find(id).pins ?? []) {
        const key = (await tables.messageIndex.get(messageId))?.key
        const row = key === undefined ? undefined : await tables.messages.get(key)
        if (key !== undefined && row?.pin?.isPinned === true && row.unsentAt === undefined)
          found.push(await views.message(key, row))
      }
      return found
    },
    typing: async (id, isTyping) =>
      typing(recipientsOf(context, id).contactIds, isTyping, recipientsOf(context, id).conversation),
    report: async (id) => report(find(id).contactId ?? ''),
    warm(id) {
      find(id)
      const people = targetOf(context, id).contactIds.filter((one) => tables.contacts.peek(one)?.peer === undefined)
      for (const contactId of people.slice(0, limits.warmed)) links.warm(contactId)
      return Promise.resolve()
    },
  }
}

function cut(text: string): string {
  return text.slice(0, 2 * limits.textLength)
}

function aboutRow(about: DraftAbout | undefined): ConversationRow['about'] {
  if (about === undefined) return undefined
  const { messageId } = about
  return about.kind === 'edit' ? { messageId, text: cut(about.text) } : { messageId }
}

/** Requests and posts have conversations too, but not here. */
export function isShown(
  { tables }: Pick<Context, 'tables'>,
  { contactId = '', group, posts }: ConversationRow,
): boolean {
  if (posts === true) return false
  if (group !== undefined) return true
  const contact = tables.contacts.peek(contactId)
  return contact !== undefined && isKnown(contact)
}
