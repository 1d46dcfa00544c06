// Who is asked into a group, and what they say to it. Spec: docs/protocol.md §9.

import { equalBytes, toHex } from '../../protocol/bytes.ts'
import { createInvitationId, signConsent } from '../../protocol/group/consent.ts'
import { limits as protocolLimits } from '../../protocol/limits.ts'
import type { GroupsApi } from '../api.ts'
import { UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import type { SendAction } from '../delivery/actions.ts'
import { hexBytes } from '../ids.ts'
import { times } from '../limits.ts'
import type { PreparedInvite } from '../people/invites.ts'
import type { Change } from '../records/ledger.ts'
import type { ContactRow, GroupRow } from '../records/rows.ts'
import type { GroupDirectory } from './directory.ts'
import { requireInvitable, requireRole, requireRow, requireState } from './rights.ts'
import { waitingInvitation } from './waiting-invitation.ts'
import type { DropGone } from './waiting.ts'

type Asked = readonly [id: string, row: ContactRow]

export interface Inviting extends Pick<GroupsApi, 'invite' | 'withdraw'> {
  /** In the same change: nobody of this fingerprint, in hexadecimal, is asked into it any more. */
  unaskIn(change: Change, groupId: string, fingerprint: string): Promise<void>
  /** Everybody sees whom else is asked. @throws UsageError `group-full` */
  ask(
    change: Change,
    groupId: string,
    row: GroupRow,
    contacts: readonly Asked[],
    said: {
      readonly name: string
      readonly first: Uint8Array
      readonly text?: string
      readonly members: readonly { readonly fingerprint: Uint8Array; readonly name: string }[]
    },
  ): Promise<void>
  /** Invites somebody with whom there is a session, a contact or not. @throws UsageError `group-full`, `unknown-contact` */
  askIn(change: Change, groupId: string, contactId: string): Promise<void>
  /** My word that I want to be in it, for who invited me. */
  consent(groupId: string): Promise<void>
  /** The invitation is forgotten. */
  decline(groupId: string): Promise<void>
}

export interface InvitingParts {
  readonly directory: GroupDirectory
  readonly send: SendAction
  readonly dropGone: DropGone
  /** A link of mine for the members of a group. */
  readonly prepareLink: () => Promise<PreparedInvite>
  /** It is stored: its mailbox is opened when the relay is there. */
  readonly openLink: (mailboxId: string) => void
}

export function createInviting(context: Context, parts: InvitingParts): Inviting {
  const { tables, ledger, clock, random, self, events } = context
  const { directory, send, dropGone, prepareLink, openLink } = parts

  const ask: Inviting['ask'] = async (change, groupId, row, contacts, said) => {
    const fresh = contacts.map(([contactId, { fingerprint, name, conversationId }]) => {
      return {
        contactId,
        conversationId,
        entry: { fingerprint, id: createInvitationId(random.bytes), name, at: clock.now() },
      }
    })
    const again = new Set(fresh.map(({ entry }) => toHex(entry.fingerprint)))
    const asked = [
      ...row.asked.filter((entry) => !again.has(toHex(entry.fingerprint))),
      ...fresh.map(({ entry }) => entry),
    ]
    if (said.members.length + asked.length > protocolLimits.groupMembers) throw new UsageError('group-full')
    change.put(tables.groups, groupId, { ...row, asked })
    const people = [...said.members, ...asked].map(({ fingerprint, name }) => ({ fingerprint, name }))
    for (const { contactId, conversationId, entry } of fresh) {
      await send(
        change,
        { conversationId, contactIds: [contactId] },
        {
          kind: 'invitation',
          invitation: entry.id,
          first: said.first,
          name: said.name,
          people,
          ...(said.text === undefined ? {} : { text: said.text }),
        },
      )
    }
  }

  async function unaskIn(change: Change, groupId: string, fingerprint: string): Promise<void> {
    const row = await requireRow(context, change, groupId)
    const asked = row.asked.filter((entry) => toHex(entry.fingerprint) !== fingerprint)
    change.put(tables.groups, groupId, { ...row, asked })
    const { state } = directory.get(groupId) ?? {}
    if (state !== undefined) await dropGone(change, groupId, state)
    change.after(() => events.emit('change', { what: 'conversations', id: row.conversationId }))
  }

  async function askInto(change: Change, groupId: string, row: GroupRow, contacts: readonly Asked[]): Promise<void> {
    const { members, name, settings } = requireState(directory, groupId)
    const first = directory.get(groupId)?.log.entries.get(groupId)?.operation.bytes
    if (first === undefined) throw new UsageError('not-a-member')
    requireRole(directory, groupId, settings.adders === 'members' ? 'member' : 'admin')
    await ask(change, groupId, row, contacts, { name, first, members: [...members.values()] })
  }

  /** Mine that somebody was given already with my word for this group: one mailbox serves, however many invite me. */
  function linkGiven(groupId: string): string | undefined {
    const { stage, inviteId = '' } = tables.groups.peek(groupId) ?? {}
    const invite = stage === 'consented' ? tables.invites.peek(inviteId) : undefined
    return invite === undefined || invite.over || invite.expiresAt < clock.now() + times.consentMs
      ? undefined
      : invite.link
  }

  return {
    ask,
    async invite(groupId, contactIds) {
      await ledger.change(async (change) => {
        const row = await requireRow(context, change, groupId)
        const { members } = requireState(directory, groupId)
        const contacts = [...new Set(contactIds)]
          .map((id): Asked => [id, requireInvitable(context, id)])
          .filter(([, { fingerprint }]) => !members.has(toHex(fingerprint)))
        await askInto(change, groupId, row, contacts)
        change.after(() => events.emit('change', { what: 'conversations', id: row.conversationId }))
      })
    },
    async withdraw(groupId, fingerprint) {
      await ledger.change((change) => unaskIn(change, groupId, fingerprint))
    },
    unaskIn,
    async askIn(change, groupId, contactId) {
      const row = await requireRow(context, change, groupId)
      const contact = await change.get(tables.contacts, contactId)
      if (contact?.state !== 'accepted') throw new UsageError('unknown-contact')
      if (requireState(directory, groupId).members.has(toHex(contact.fingerprint))) return
      await askInto(change, groupId, row, [[contactId, contact]])
    },
    async consent(groupId) {
      const { invitation, inviteId: before } = tables.groups.peek(groupId) ?? {}
      if (invitation === undefined) throw new UsageError('unknown-request')
      const given = linkGiven(groupId)
      const prepared = given === undefined ? await prepareLink() : undefined
      const consent = signConsent(self.identity, {
        group: hexBytes(groupId, 32),
        invitation: invitation.id,
        name: self.row.name,
        link: given ?? prepared?.link ?? '',
        expiresAtMs: clock.now() + times.consentMs,
      })
      await ledger.change(async (change) => {
        const row = await requireRow(context, change, groupId)
        const contact = await change.get(tables.contacts, invitation.contactId)
        // Accepted twice is accepted.
        const waiting = waitingInvitation(row)
        if (waiting === undefined) return
        if (contact?.state !== 'accepted') throw new UsageError('unknown-request')
        const { again: _, ...rest } = row
        const inviteId = prepared?.id ?? before
        change.put(tables.groups, groupId, {
          ...rest,
          stage: 'consented',
          ...(inviteId === undefined ? {} : { inviteId }),
          // A newer one came while the link was made.
          ...(equalBytes(waiting.id, invitation.id) ? {} : { again: true }),
        })
        await prepared?.store(change, { group: groupId })
        const target = { conversationId: contact.conversationId, contactIds: [invitation.contactId] }
        await send(change, target, { kind: 'consent', consent })
        change.after(() => {
          if (prepared !== undefined) openLink(prepared.id)
          events.emit('change', { what: 'requests', id: groupId })
        })
      })
    },
    async decline(groupId) {
      await ledger.change(async (change) => {
        const row = await requireRow(context, change, groupId)
        if (waitingInvitation(row) === undefined) throw new UsageError('unknown-request')
        const { invitation: _, again: _again, ...rest } = row
        if (row.stage !== 'invited') change.put(tables.groups, groupId, rest)
        // What it was before, if I have been in it.
        else if (directory.get(groupId) === undefined) change.delete(tables.groups, groupId)
        else change.put(tables.groups, groupId, { ...rest, stage: 'in' })
        change.after(() => events.emit('change', { what: 'requests', id: groupId }))
      })
    },
  }
}
