// The person's word on a contact's keys (docs/protocol.md §11). The new ones are theirs: what waited aside takes the place
// of what there was, and what waited to go out goes out to it. Or they are not: it is forgotten, and all is as it was.

import { decodeContent } from '../../protocol/content/codec.ts'
import type { Content } from '../../protocol/content/content.ts'
import { encodeContent } from '../../protocol/content/codec.ts'
import { addSession } from '../../protocol/session/sessions.ts'
import type { ContactsApi } from '../api.ts'
import { UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import type { ContentHandler } from '../delivery/handle-content.ts'
import { markKeys } from '../delivery/key-state.ts'
import { refusedNow } from '../delivery/refused.ts'
import type { Resend } from '../delivery/resend.ts'
import type { Change } from '../records/ledger.ts'
import type { ContactRow, SessionsRow } from '../records/rows.ts'
import { mayUseRelay } from '../relay-name.ts'

type Pending = NonNullable<SessionsRow['pending']>

export interface KeyChangeParts {
  readonly resend: Resend
  readonly handle: ContentHandler
  /** After the commit: what waits can go, or be begun. */
  readonly decided: (contactId: string) => void
}

export function createKeyChanges(
  context: Context,
  { resend, handle, decided }: KeyChangeParts,
): Pick<ContactsApi, 'confirmKeys' | 'rejectKeys'> {
  const { tables, ledger, clock, events } = context

  /** The session that waited is the only one from now on: whoever has the old ones is not who the person means. */
  async function takeOver(change: Change, contactId: string, held: SessionsRow, pending: Pending): Promise<void> {
    const generation = Math.max(held.generation, ...held.sessions.map((entry) => entry.generation)) + 1
    const only = { sessions: [], psks: [], generation: held.generation, pskAtMs: held.pskAtMs }
    change.put(tables.sessions, contactId, addSession(only, pending.session, generation, clock.now()))
    for (const bytes of pending.contents) await deliver(change, contactId, bytes, generation)
    await resend(change, contactId)
  }

  async function deliver(change: Change, contactId: string, bytes: Uint8Array, generation: number): Promise<void> {
    const content = decodeContent(bytes)
    const contact = await change.get(tables.contacts, contactId)
    if (content === undefined || contact === undefined) return
    const { body } = content
    // Where in its sessions is not known any more: the times say what was said later.
    const position = { generation, sid: new Uint8Array(), epoch: 0, n: 0 }
    const from = { mailboxId: '', via: 'relay', isCurrent: true, isMine: false, isLate: true, position } as const
    if (body.kind !== 'request') return handle(change, contactId, content, { ...from, content: bytes })
    // They asked as if they were new: where they are now counts, and what they wrote is a message like any other.
    if (mayUseRelay(context, body.mailbox.relay))
      change.put(tables.contacts, contactId, { ...contact, theirs: body.mailbox })
    if (body.text === undefined) return
    const asMessage: Content = { ...content, body: { kind: 'message', text: body.text, media: [] } }
    await handle(change, contactId, asMessage, { ...from, content: encodeContent(asMessage) })
  }

  /** The word was about the change that was shown first. Another one waits behind it, and is shown now. */
  async function nextChange(
    change: Change,
    id: string,
    row: ContactRow,
    held: SessionsRow,
    second: Pending,
  ): Promise<void> {
    const { isSecond: _, ...pending } = second
    const { keys: _keys, knownLog: _log, verifiedAt: _mark, ...rest } = row
    change.put(tables.sessions, id, { ...held, pending })
    change.put(tables.contacts, id, rest)
    await markKeys(context, change, id, 'changed')
  }

  function changed(id: string, { conversationId }: ContactRow): void {
    events.emit('change', { what: 'contacts', id })
    events.emit('change', { what: 'conversations', id: conversationId })
  }

  return {
    async confirmKeys(id) {
      await ledger.change(async (change) => {
        const row = await change.get(tables.contacts, id)
        if (row === undefined) throw new UsageError('unknown-contact')
        if (row.keys === undefined) return
        const held = await change.get(tables.sessions, id)
        change.after(() => decided(id))
        if (held?.pending?.isSecond === true) return nextChange(change, id, row, held, held.pending)
        const pending = held?.pending
        // The next message says what their device log is; the mark was about the keys before.
        const { keys: _, knownLog: _log, verifiedAt: _mark, ...rest } = row
        // Until they write to their own mailbox they may still write to the invite's.
        const inviteId = pending?.inviteId ?? row.inviteId
        change.put(tables.contacts, id, { ...rest, ...(inviteId === undefined ? {} : { inviteId }) })
        if (held !== undefined && pending !== undefined) await takeOver(change, id, held, pending)
        change.after(() => changed(id, row))
      })
    },
    async rejectKeys(id) {
      await ledger.change(async (change) => {
        const row = await change.get(tables.contacts, id)
        if (row === undefined) throw new UsageError('unknown-contact')
        const held = await change.get(tables.sessions, id)
        if (held?.pending === undefined) return
        const { pending, ...rest } = held
        const isAbout = pending.isSecond !== true
        change.put(tables.sessions, id, {
          ...rest,
          ...(isAbout ? { refused: refusedNow(pending.session.peer.certificate, clock.now()) } : {}),
        })
        if (row.keys === 'changed' && isAbout) {
          const { keys: _, ...known } = row
          change.put(tables.contacts, id, known)
        }
        change.after(() => {
          decided(id)
          changed(id, row)
        })
      })
    },
  }
}
