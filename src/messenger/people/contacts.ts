// Contacts: who they are to me.

import { toHex } from '../../protocol/bytes.ts'
import { decodeContent } from '../../protocol/content/codec.ts'
import type { ContactsApi, ContactView } from '../api.ts'
import type { Context } from '../context.ts'
import { hasNothing, seemsLeftBehind } from '../delivery/cut-off.ts'
import type { SendAction } from '../delivery/actions.ts'
import type { Mailboxes } from '../delivery/mailboxes.ts'
import type { Sealer } from '../delivery/seal.ts'
import type { Links } from '../direct/links.ts'
import { late } from '../late.ts'
import type { ContactRow } from '../records/rows.ts'

export function contactView(context: Context, links: Links, id: string, row: ContactRow): ContactView {
  return {
    id,
    conversationId: row.conversationId,
    name: row.name,
    fingerprint: toHex(row.fingerprint),
    state: row.state === 'request' ? 'asked' : row.state,
    following: context.tables.follows.peek(toHex(row.fingerprint))?.following ?? false,
    followsMe: row.followsMe === 'asked' || row.followsMe === 'approved' ? row.followsMe : 'no',
    ...(row.approvesMe === undefined ? {} : { approvesMe: row.approvesMe }),
    direct: links.current(id) !== undefined,
    verified: row.verifiedAt !== undefined,
    keys: row.keys ?? 'known',
    ...asideOf(context, id),
    ...troubleOf(context, id, row),
  }
}

/** What waits for the word that the person is asked for now. */
function asideOf({ tables }: Context, id: string): Pick<ContactView, 'aside'> {
  const pending = tables.sessions.peek(id)?.pending
  if (pending === undefined || pending.isSecond === true) return {}
  return { aside: { messages: pending.contents.filter(isWritten).length } }
}

function troubleOf({ tables, clock }: Context, id: string, { state }: ContactRow): Pick<ContactView, 'trouble'> {
  const sessions = tables.sessions.peek(id)
  if (state !== 'accepted') return {}
  if (sessions === undefined || hasNothing(sessions)) return { trouble: 'cut-off' }
  return seemsLeftBehind(sessions, clock.now()) ? { trouble: 'unreadable' } : {}
}

/** Something that the person will read, not a receipt or an address. */
function isWritten(bytes: Uint8Array): boolean {
  const body = decodeContent(bytes)?.body
  return body?.kind === 'message' || (body?.kind === 'request' && body.text !== undefined)
}

export function createContacts(
  context: Context,
  links: Links,
  mailboxes: Mailboxes,
  sealer: Sealer,
  send: SendAction,
): Omit<ContactsApi, 'confirmKeys' | 'rejectKeys' | 'renewAddress' | 'introduce'> {
  const { tables, ledger, events } = context
  const verification = late(async () => (await import('./verification.ts')).createVerification(context))

  return {
    safetyNumber: async (id) => (await verification()).safetyNumber(id),
    compareCode: async (id, scanned) => (await verification()).compareCode(id, scanned),
    setVerified: async (id, verified) => (await verification()).setVerified(id, verified),
    list: () =>
      Promise.resolve(
        [...tables.contacts.held()]
          .filter(([, row]) => isKnown(row))
          .map(([id, row]) => contactView(context, links, id, row))
          .toSorted((a, b) => a.name.localeCompare(b.name)),
      ),
    get(id) {
      const row = tables.contacts.peek(id)
      return Promise.resolve(row === undefined || !isKnown(row) ? undefined : contactView(context, links, id, row))
    },
    async block(id) {
      const { blockContact } = await import('./block.ts')
      await ledger.change((change) => blockContact(context, mailboxes, change, id))
      links.closeContact(id)
      events.emit('change', { what: 'contacts', id })
      events.emit('change', { what: 'conversations' })
    },
    async unblock(id) {
      const { unblockContact } = await import('./block.ts')
      const mailboxId = await ledger.change((change) =>
        unblockContact(context, { mailboxes, sealer, send }, change, id),
      )
      if (mailboxId !== undefined) await mailboxes.open(mailboxId).catch(() => context.log.debug('mailbox-open-later'))
      events.emit('change', { what: 'contacts', id })
      events.emit('change', { what: 'conversations' })
    },
  }
}

/** Whether a person is more than a request to me, blocked or not. */
export function isKnown(row: ContactRow): boolean {
  return row.state !== 'request' && row.blockedFrom !== 'request' && row.peer === undefined
}
