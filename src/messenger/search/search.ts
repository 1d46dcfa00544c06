// Search over what this device has. Nothing of it is written anywhere: an index on the disk would be a second copy of every
// message, to be sealed, kept in step and deleted with it. It is read when somebody searches, and given up after a while.

import { decodeContent } from '../../protocol/content/codec.ts'
import type { SearchApi, SearchResult } from '../api.ts'
import { UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import type { Views } from '../conversation/views.ts'
import { times } from '../limits.ts'
import type { ConversationRow, MessageRow } from '../records/rows.ts'
import { orderKey } from '../records/table.ts'
import { normalizeText, wordsOf } from './normalize.ts'
import { TextIndex } from './text-index.ts'

/** Rows read at once, with a pause after each for everything else. */
const perRead = 500
const limitDefault = 50
const limitMax = 500

export function createSearch(context: Context, views: Views, isVisible: (row: ConversationRow) => boolean): SearchApi {
  const { tables, clock, events, closing } = context
  let index = new TextIndex()
  /** Up to where each conversation was read. */
  const readTo = new Map<string, number>()
  /** Messages that are not what they were. */
  const changed = new Set<string>()
  let cancel: (() => void) | undefined
  let last: Promise<unknown> = Promise.resolve()

  const remember = (event: Event): void => {
    const detail: unknown = event instanceof CustomEvent ? event.detail : undefined
    if (index.size > 0 && typeof detail === 'object' && detail !== null && 'messageId' in detail)
      changed.add(String(detail.messageId))
  }
  for (const type of ['view', 'deleted']) events.addEventListener(type, remember)

  async function readNew(signal: AbortSignal | undefined): Promise<void> {
    for (const [id, row] of tables.conversations.held()) {
      // What strangers wrote is read once they are accepted: before, they could fill the memory, and the results.
      if (!isVisible(row)) continue
      const { lastOrder } = row
      for (let from = readTo.get(id) ?? 0; from < lastOrder;) {
        signal?.throwIfAborted()
        const range = { prefix: `${id}/`, after: `${id}/${orderKey(from)}`, limit: perRead }
        const rows = await tables.messages.list(range)
        for (const { key, row } of rows) index.set(entryOf(key, row))
        const lastKey = rows.at(-1)?.key
        from =
          rows.length < perRead || lastKey === undefined ? lastOrder : Number.parseInt(lastKey.slice(id.length + 1), 16)
        readTo.set(id, from)
        await new Promise<void>((resolve) => clock.after(0, resolve))
      }
    }
  }

  async function readChanged(): Promise<void> {
    for (const messageId of changed) {
      changed.delete(messageId)
      const key = (await tables.messageIndex.get(messageId))?.key
      const row = key === undefined ? undefined : await tables.messages.get(key)
      if (key !== undefined && row !== undefined) index.set(entryOf(key, row))
    }
  }

  function entryOf(key: string, row: MessageRow) {
    return { key, at: row.receivedAt, text: tables.viewings.peek(row.id) === undefined ? textOf(row) : '' }
  }

  function people(words: readonly string[], conversationId: string | undefined): SearchResult['people'] {
    if (conversationId !== undefined) return []
    return [...tables.conversations.held()].flatMap(([id, row]) => {
      const name =
        row.group === undefined
          ? (tables.contacts.peek(row.contactId ?? '')?.name ?? '')
          : context.groups.nameOf(row.group)
      const normalized = normalizeText(name)
      return isVisible(row) && words.every((word) => normalized.includes(word)) ? [{ conversationId: id, name }] : []
    })
  }

  async function find(
    query: string,
    { conversationId, limit = limitDefault, signal }: NonNullable<Parameters<SearchApi['find']>[1]>,
  ): Promise<SearchResult> {
    const words = wordsOf(query)
    if (words.length === 0) return { people: [], messages: [], more: false }
    await readNew(signal)
    await readChanged()
    const most = Math.min(limitMax, Math.max(1, Math.floor(limit)))
    const prefix = conversationId === undefined ? '' : `${conversationId}/`
    for (;;) {
      const keys = index.find(words, { prefix, limit: most, isShown })
      const found = await Promise.all(keys.map(async (key) => ({ key, row: await tables.messages.get(key) })))
      const deleted = found.filter(({ row }) => row === undefined || textOf(row) === '')
      // What was deleted since must not take the place of what is there.
      for (const { key } of deleted) index.delete(key)
      if (deleted.length > 0) continue
      const messages = []
      for (const { key, row } of found.slice(0, most))
        if (row !== undefined) messages.push(await views.message(key, row))
      return { people: people(words, conversationId), messages, more: found.length > most }
    }
  }

  /** Of a conversation that was read it may be different since. */
  function isShown(key: string): boolean {
    const conversation = tables.conversations.peek(key.slice(0, key.indexOf('/')))
    return conversation !== undefined && isVisible(conversation)
  }

  function forget(): void {
    cancel?.()
    index = new TextIndex()
    readTo.clear()
    changed.clear()
  }
  closing.addEventListener('abort', forget)

  return {
    find(query, options = {}) {
      if (closing.aborted) return Promise.reject(new UsageError('closed'))
      cancel?.()
      cancel = clock.after(times.searchKeptMs, forget)
      // One after the other: two at once would read everything twice.
      const next = last.then(() => find(query, options))
      last = next.catch(() => undefined)
      return next
    },
  }
}

function textOf({ content, edits = [] }: MessageRow): string {
  const body = content.length === 0 ? undefined : decodeContent(content)?.body
  if (body?.kind !== 'message') return ''
  const words = body.media.flatMap(({ caption = '', altText = '', name = '' }) => [caption, altText, name])
  const text = edits.at(-1)?.text ?? body.text ?? ''
  return normalizeText([text, ...words].filter((part) => part !== '').join('\n'))
}
