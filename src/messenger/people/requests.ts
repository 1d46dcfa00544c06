// Requests: what a stranger with my invite asked. Until I accept, nothing of theirs is fetched, nothing is answered,
// and no direct connection is made.

import { equalBytes, toHex } from '../../protocol/bytes.ts'
import { deriveWriteKey } from '../../protocol/mailbox/capability.ts'
import type { ContactView, ReportFile, RequestsApi, RequestView } from '../api.ts'
import { UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import type { Mailboxes } from '../delivery/mailboxes.ts'
import type { Receipts } from '../delivery/receipts.ts'
import { isAsking } from '../delivery/request-room.ts'
import type { Sealer } from '../delivery/seal.ts'
import type { Links } from '../direct/links.ts'
import { newId } from '../ids.ts'
import type { Change } from '../records/ledger.ts'
import { firstState } from '../transfer/auto-download.ts'
import { blobRefs, mediaOf, withHashList } from '../transfer/blob-refs.ts'
import type { Downloads } from '../transfer/downloads.ts'
import { contactView } from './contacts.ts'
import type { Groups } from '../groups/gate.ts'
import { waitingInvitation } from '../groups/waiting-invitation.ts'
import type { ContactRow } from '../records/rows.ts'
import type { Introductions } from './introductions.ts'
import { joinedBy } from './joined-by.ts'
import { isFollowed } from './followed.ts'
import { invitationView, requestView } from './request-views.ts'

export interface Requests extends RequestsApi {
  /** Accepts inside a change; `after` it the mailbox is opened and media fetched. */
  acceptIn(change: Change, contactId: string): Promise<void>
  /** They write to their own mailbox now: the invite is done with them. */
  settled(change: Change, contactId: string): Promise<void>
  /** A request came in: accepted at once from somebody I asked, follow, or already have. */
  requested(change: Change, contactId: string): Promise<void>
}

export interface RequestParts {
  readonly links: Links
  readonly mailboxes: Mailboxes
  readonly sealer: Sealer
  readonly receipts: Receipts
  readonly downloads: Downloads
  /** They are a contact from now on. */
  readonly befriended: (change: Change, contactId: string) => Promise<void>
  readonly introductions: () => Promise<Pick<Introductions, 'waiting' | 'accept' | 'decline' | 'block'>>
  /** They answer an open call, of which this is the invite. */
  readonly called: (change: Change, contactId: string, inviteId: string) => Promise<void>
  readonly groups: () => Promise<Pick<Groups, 'consent' | 'decline' | 'met' | 'requested'>>
  /** @throws UsageError `nothing-signed` */
  readonly report: (contactId: string) => Promise<ReportFile>
}

export function createRequests(context: Context, parts: RequestParts): Requests {
  const { tables, ledger, blobs, clock, random, self, events, log } = context
  const { links, mailboxes, sealer, receipts, downloads, befriended, called, introductions, groups, report } = parts

  async function acceptIn(change: Change, id: string): Promise<void> {
    const row = await change.get(tables.contacts, id)
    if (row === undefined) throw new UsageError('unknown-request')
    const kept = row.mailboxId === undefined ? undefined : await change.get(tables.mailboxes, row.mailboxId)
    const mailbox =
      row.mailboxId === undefined || kept === undefined
        ? mailboxes.create(change, { kind: 'contact', contactId: id })
        : { id: row.mailboxId, relay: kept.relay, writeKey: deriveWriteKey(kept.readKey) }
    const { requestText: _, ignored: _ignored, request: _mine, waiting: _bytes, ...rest } = row
    // `inviteId` stays until they write to their own mailbox: until then they may still write to the invite's.
    change.put(tables.contacts, id, { ...rest, state: 'accepted', mailboxId: mailbox.id })
    await sealer.seal(
      change,
      id,
      { kind: 'accept', name: self.row.name, mailbox: { relay: mailbox.relay, writeKey: mailbox.writeKey } },
      { messageId: newId(random), sentAtMs: clock.now() },
    )
    await befriended(change, id)
    const keys = await release(change, id, row.conversationId)
    change.after(() => {
      mailboxes.open(mailbox.id).catch(() => log.debug('mailbox-open-later'))
      for (const key of keys) downloads.add(key)
      announce(id)
    })
  }

  /** Media that was held back may come; texts are receipted now. */
  async function release(change: Change, contactId: string, conversationId: string): Promise<string[]> {
    const rows = await tables.messages.list({ prefix: `${conversationId}/` })
    const texts: string[] = []
    const wanted: string[] = []
    for (const { key, row } of rows) {
      // A view whose time was over before has no content any more, and never came.
      if (row.senderId === undefined || row.receipt !== 'none' || row.content.length === 0) continue
      const refs = blobRefs(mediaOf(row))
      change.put(tables.messages, key, { ...row, receipt: refs.length > 0 ? 'waiting' : 'done' })
      if (refs.length > 0) wanted.push(key)
      else texts.push(row.id)
    }
    for (const ref of rows.flatMap(({ row }) => blobRefs(mediaOf(row))))
      for (const { blobId } of withHashList(ref)) {
        const row = await change.get(tables.blobs, blobId)
        if (row?.state === 'held') change.put(tables.blobs, blobId, { ...row, ...firstState(context, ref) })
      }
    await receipts.owe(change, contactId, 'delivered', texts)
    return wanted
  }

  const blobsOf = async (messageIds: ReadonlySet<string>) =>
    (await tables.blobs.list()).filter(({ row }) => messageIds.has(row.messageId))

  /** An invite that takes nobody new closes its mailbox when all are answered. */
  async function answered(change: Change, inviteId: string, contactId: string): Promise<void> {
    const invite = await change.get(tables.invites, inviteId)
    const others = [...tables.contacts.held()].some(([id, row]) => id !== contactId && row.inviteId === inviteId)
    if (invite === undefined || others || (!invite.over && invite.used < invite.uses)) return
    change.put(tables.invites, inviteId, { ...invite, over: true })
    await mailboxes.close(change, inviteId)
    change.after(() => events.emit('change', { what: 'invites', id: inviteId }))
  }

  /** Known from a group until now: what they wrote to me alone is received. */
  async function befriend(change: Change, id: string, row: ContactRow): Promise<void> {
    const { peer: _, requestText: _text, waiting: _bytes, ...rest } = row
    change.put(tables.contacts, id, rest)
    const keys = await release(change, id, row.conversationId)
    change.after(() => {
      // From now on they may find this device.
      if (row.mailboxId !== undefined) context.background(mailboxes.open(row.mailboxId), 'mailbox-open-later')
      for (const key of keys) downloads.add(key)
      announce(id)
    })
  }

  function viewOf(id: string): ContactView {
    const row = tables.contacts.peek(id)
    if (row === undefined) throw new UsageError('unknown-request')
    return contactView(context, links, id, row)
  }

  /** The contact who asks me into a group. */
  function inviterInto(id: string): string | undefined {
    const group = tables.groups.peek(id)
    return group && waitingInvitation(group)?.contactId
  }

  function announce(id: string): void {
    events.emit('change', { what: 'requests', id })
    events.emit('change', { what: 'contacts', id })
    events.emit('change', { what: 'conversations' })
  }

  async function erase(change: Change, id: string): Promise<string[]> {
    const row = await change.get(tables.contacts, id)
    if (row === undefined || !isAsking(row)) throw new UsageError('unknown-request')
    if (row.state === 'request') {
      change.delete(tables.contacts, id)
      change.delete(tables.sessions, id)
      change.delete(tables.conversations, row.conversationId)
    } else {
      const { requestText: _, waiting: _bytes, ...rest } = row
      change.put(tables.contacts, id, { ...rest, peer: 'member' })
      const conversation = await change.get(tables.conversations, row.conversationId)
      if (conversation !== undefined)
        change.put(tables.conversations, row.conversationId, { ...conversation, unread: 0 })
    }
    const messages = await tables.messages.list({ prefix: `${row.conversationId}/` })
    for (const { key, row: message } of messages) {
      change.delete(tables.messages, key)
      change.put(tables.messageIndex, message.id, {})
      change.delete(tables.viewings, message.id)
    }
    const held = await blobsOf(new Set(messages.map(({ row: message }) => message.id)))
    for (const { key } of held) change.delete(tables.blobs, key)
    if (row.inviteId !== undefined) await answered(change, row.inviteId, id)
    return held.map(({ key }) => key)
  }

  return {
    acceptIn,
    async settled(change, id) {
      const row = await change.get(tables.contacts, id)
      if (row?.inviteId === undefined) return
      const { inviteId, ...rest } = row
      change.put(tables.contacts, id, rest)
      await answered(change, inviteId, id)
    },
    async requested(change, id) {
      const row = await change.get(tables.contacts, id)
      if (row === undefined) return
      const { inviteId } = row
      const joins = joinedBy(context, row)
      if (joins !== undefined) return (await groups()).requested(change, id, joins)
      if (inviteId !== undefined && row.ignored !== true && tables.calls.peek(inviteId) !== undefined)
        return called(change, id, inviteId)
      // We asked each other, or I follow them already.
      if (row.state === 'asked' || isFollowed(context, row.fingerprint)) return acceptIn(change, id)
      // By the link that I gave to a group, from somebody in it: for what is said there, and nothing else.
      const { group, introduced } = (await change.get(tables.invites, row.inviteId ?? '')) ?? {}
      // I said yes to them when somebody introduced us.
      if (introduced !== undefined && equalBytes(introduced, row.fingerprint)) return acceptIn(change, id)
      if (group === undefined && self.row.whoMayWrite === 'anyone' && row.ignored !== true) return acceptIn(change, id)
      if (group === undefined || !context.groups.hasMember(group, toHex(row.fingerprint))) return
      change.put(tables.contacts, id, { ...row, peer: 'member' })
      await acceptIn(change, id)
      await (await groups()).met(change, id)
    },
    async list(options = {}) {
      // Whoever asks right after somebody said that they asked should find it.
      await mailboxes.lookForRequests()
      // Kept, and shown when somebody may write again.
      if (self.row.whoMayWrite === 'nobody') return []
      const isIgnoredAsked = options.ignored === true
      const views: RequestView[] = []
      for (const [id, row] of tables.contacts.held()) {
        if (!isAsking(row) || (row.ignored === true) !== isIgnoredAsked || joinedBy(context, row) !== undefined)
          continue
        views.push(await requestView(context, id, row))
      }
      for (const [id, row] of tables.groups.held()) {
        const invitation = waitingInvitation(row)
        if (invitation !== undefined && (row.ignored === true) === isIgnoredAsked)
          views.push(invitationView(context, id, invitation))
      }
      if ([...tables.introductions.held()].length > 0) views.push(...(await introductions()).waiting(isIgnoredAsked))
      return views.toSorted((a, b) => b.receivedAt - a.receivedAt)
    },
    async accept(id): Promise<ContactView> {
      const inviterId = tables.groups.peek(id)?.invitation?.contactId
      if (inviterId !== undefined) {
        await (await groups()).consent(id)
        return viewOf(inviterId)
      }
      if (tables.introductions.peek(id) !== undefined) return viewOf(await (await introductions()).accept(id))
      await ledger.change(async (change) => {
        const row = await change.get(tables.contacts, id)
        if (row === undefined || row.state === 'blocked') throw new UsageError('unknown-request')
        // Accepted twice is accepted.
        if (row.state === 'request') await acceptIn(change, id)
        else if (row.peer !== undefined) await befriend(change, id, row)
      })
      return viewOf(id)
    },
    async delete(id) {
      if (tables.groups.peek(id) !== undefined) return (await groups()).decline(id)
      if (tables.introductions.peek(id) !== undefined) return (await introductions()).decline(id)
      const held = await ledger.change((change) => erase(change, id))
      for (const blobId of held) await blobs.delete(blobId)
      announce(id)
    },
    async ignore(id, isIgnored = true) {
      const mark = isIgnored ? { ignored: true } : {}
      await ledger.change(async (change) => {
        const group = await change.get(tables.groups, id)
        if (group !== undefined && waitingInvitation(group) !== undefined) {
          const { ignored: _, ...rest } = group
          return change.put(tables.groups, id, { ...rest, ...mark })
        }
        const introduction = await change.get(tables.introductions, id)
        if (introduction !== undefined && introduction.what.kind !== 'mine') {
          const { ignored: _, ...rest } = introduction
          return change.put(tables.introductions, id, { ...rest, ...mark })
        }
        const row = await change.get(tables.contacts, id)
        if (row === undefined || !isAsking(row)) throw new UsageError('unknown-request')
        const { ignored: _, ...rest } = row
        change.put(tables.contacts, id, { ...rest, ...mark })
      })
      announce(id)
    },
    async report(id) {
      const isKnown = [tables.contacts, tables.groups, tables.introductions].some(
        (table) => table.peek(id) !== undefined,
      )
      if (!isKnown) throw new UsageError('unknown-request')
      return report(id)
    },
    async block(id) {
      if (tables.introductions.peek(id) !== undefined) return (await introductions()).block(id)
      const { blockContact } = await import('./block.ts')
      const inviterId = inviterInto(id)
      if (inviterId !== undefined) {
        await ledger.change((change) => blockContact(context, mailboxes, change, inviterId))
        links.closeContact(inviterId)
        // Into other groups too. What a crash leaves of it is there to be blocked again.
        for (const [groupId] of tables.groups.held())
          if (inviterInto(groupId) === inviterId) await (await groups()).decline(groupId)
        return announce(inviterId)
      }
      await ledger.change(async (change) => {
        const row = await change.get(tables.contacts, id)
        if (row === undefined || !isAsking(row)) throw new UsageError('unknown-request')
        await blockContact(context, mailboxes, change, id)
        if (row.inviteId !== undefined) await answered(change, row.inviteId, id)
      })
      announce(id)
    },
  }
}
