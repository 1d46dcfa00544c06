// Who asks to join a group of mine: by a link of mine, or as a contact who has one. I decide about each.

import { decodeInviteLink } from '../../protocol/invite/link.ts'
import type { JoinAnswer } from '../../protocol/content/content.ts'
import { encodeGroupLink } from '../../protocol/group/link.ts'
import { limits as protocolLimits } from '../../protocol/limits.ts'
import type { GroupsApi } from '../api.ts'
import { UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import type { SendAction } from '../delivery/actions.ts'
import { hexBytes } from '../ids.ts'
import { limits, times } from '../limits.ts'
import type { Invites } from '../people/invites.ts'
import type { Change } from '../records/ledger.ts'
import type { ContactRow, GroupRow } from '../records/rows.ts'
import { mayAnswer } from './allowance.ts'
import type { GroupDirectory } from './directory.ts'
import type { Inviting } from './inviting.ts'

export interface Askers extends Pick<GroupsApi, 'createLink' | 'closeLink' | 'acceptAsker' | 'refuseAsker'> {
  /** Somebody asked by a link of mine; in the change that received it. */
  requested(change: Change, contactId: string, groupId: string): Promise<void>
  /** A contact asked, by a link that somebody gave them. */
  wished(change: Change, contactId: string, groupId: string, text: string | undefined): Promise<void>
  /** What a group became may leave no room, or no right to ask somebody in. */
  settle(groupId: string): void
}

export interface AskersParts {
  readonly directory: GroupDirectory
  readonly send: SendAction
  readonly askIn: Inviting['askIn']
  readonly makeLink: Invites['make']
  readonly revokeLink: (inviteId: string) => Promise<void>
  /** A session with them stands from now on, for the group alone. */
  readonly accept: (change: Change, contactId: string) => Promise<void>
  /** Their request is forgotten. */
  readonly forget: (contactId: string) => Promise<void>
}

export function createAskers(context: Context, parts: AskersParts): Askers {
  const { tables, ledger, clock, events } = context
  const { directory, send, askIn, makeLink, revokeLink, accept, forget } = parts

  const isAdmin = (groupId: string): boolean => directory.me(groupId)?.role === 'admin'

  const told = (change: Change, groupId: string): void =>
    change.after(() => events.emit('change', { what: 'conversations', id: groupId.slice(0, 32) }))

  /** Seats that nobody has and nobody was asked to take. */
  const seats = (groupId: string, { asked }: GroupRow): number =>
    protocolLimits.groupMembers - (directory.get(groupId)?.state?.members.size ?? 0) - asked.length

  /** Said to a contact, or to a stranger who is heard for that alone. */
  async function answer(change: Change, contactId: string, groupId: string, how: JoinAnswer): Promise<void> {
    const contact = await change.get(tables.contacts, contactId)
    if (contact === undefined || contact.state === 'blocked' || !mayAnswer(context, contactId)) return
    await hear(change, contactId, contact)
    const target = { conversationId: contact.conversationId, contactIds: [contactId] }
    await send(change, target, { kind: 'joining', group: hexBytes(groupId, 32), answer: how })
  }

  async function hear(change: Change, contactId: string, contact: ContactRow): Promise<void> {
    if (contact.state !== 'request') return
    change.put(tables.contacts, contactId, { ...contact, peer: 'member' })
    await accept(change, contactId)
  }

  async function wish(change: Change, contactId: string, groupId: string, text: string | undefined): Promise<void> {
    const row = await change.get(tables.groups, groupId)
    const isOpen = row?.joinLink !== undefined && row.joinLink.expiresAt > clock.now()
    if (!isOpen || !isAdmin(groupId)) return answer(change, contactId, groupId, 'closed')
    const { askers = [] } = row
    if (askers.some((asker) => asker.contactId === contactId)) return
    if (seats(groupId, row) <= 0 || askers.length >= limits.groupAskers)
      return answer(change, contactId, groupId, 'full')
    const asker = { contactId, at: clock.now(), ...(text === undefined ? {} : { text }) }
    change.put(tables.groups, groupId, { ...row, askers: [...askers, asker] })
    told(change, groupId)
  }

  async function settleNow(groupId: string): Promise<void> {
    const before = tables.groups.peek(groupId)
    const isFull = (directory.get(groupId)?.state?.members.size ?? 0) >= protocolLimits.groupMembers
    if (before === undefined || (isAdmin(groupId) && !isFull)) return
    const { joinLink, askers = [] } = before
    if (joinLink === undefined && askers.length === 0) return
    await ledger.change(async (change) => {
      const row = await change.get(tables.groups, groupId)
      if (row === undefined) return
      const { joinLink: _, askers: waiting = [], ...rest } = row
      change.put(tables.groups, groupId, rest)
      for (const { contactId } of waiting) await answer(change, contactId, groupId, isFull ? 'full' : 'closed')
      told(change, groupId)
    })
    if (joinLink !== undefined) await revokeLink(joinLink.inviteId)
  }

  async function withoutAsker(change: Change, groupId: string, contactId: string): Promise<GroupRow> {
    const row = await change.get(tables.groups, groupId)
    const asker = row?.askers?.find((entry) => entry.contactId === contactId)
    if (row === undefined || asker === undefined) throw new UsageError('unknown-request')
    const left = { ...row, askers: (row.askers ?? []).filter((entry) => entry !== asker) }
    change.put(tables.groups, groupId, left)
    told(change, groupId)
    return left
  }

  return {
    async createLink(groupId) {
      const before = tables.groups.peek(groupId)
      const name = directory.get(groupId)?.state?.name
      if (before === undefined || name === undefined) throw new UsageError('unknown-conversation')
      if (!isAdmin(groupId)) throw new UsageError('not-an-admin')
      let made = { link: '', expiresAt: 0 }
      await makeLink(
        limits.groupAskers,
        times.joinLinkMs,
        { joins: groupId },
        {
          put(change, inviteId, link) {
            const decoded = decodeInviteLink(link)
            const row = tables.groups.peek(groupId)
            if (!decoded.ok || row === undefined) return
            const { invite } = decoded
            made = {
              link: encodeGroupLink({ group: hexBytes(groupId, 32), name, invite }),
              expiresAt: invite.expiresAtMs,
            }
            change.put(tables.groups, groupId, { ...row, joinLink: { inviteId, ...made } })
            told(change, groupId)
          },
          // The one of before goes on.
          drop(change) {
            const { joinLink: _, ...rest } = tables.groups.peek(groupId) ?? before
            change.put(
              tables.groups,
              groupId,
              before.joinLink === undefined ? rest : { ...rest, joinLink: before.joinLink },
            )
          },
        },
      )
      if (before.joinLink !== undefined) await revokeLink(before.joinLink.inviteId)
      return made
    },
    async closeLink(groupId) {
      const inviteId = await ledger.change(async (change) => {
        const row = await change.get(tables.groups, groupId)
        if (row?.joinLink === undefined) return undefined
        const { joinLink, ...rest } = row
        change.put(tables.groups, groupId, rest)
        told(change, groupId)
        return joinLink.inviteId
      })
      if (inviteId !== undefined) await revokeLink(inviteId)
    },
    async acceptAsker(groupId, contactId) {
      await ledger.change(async (change) => {
        if (!isAdmin(groupId)) throw new UsageError('not-an-admin')
        const row = await withoutAsker(change, groupId, contactId)
        const contact = await change.get(tables.contacts, contactId)
        if (contact === undefined || contact.state === 'blocked') throw new UsageError('unknown-request')
        if (seats(groupId, row) <= 0) throw new UsageError('group-full')
        await hear(change, contactId, contact)
        await askIn(change, groupId, contactId)
      })
    },
    async refuseAsker(groupId, contactId) {
      await ledger.change(async (change) => void (await withoutAsker(change, groupId, contactId)))
      if (tables.contacts.peek(contactId)?.state === 'request') await forget(contactId)
    },
    async requested(change, contactId, groupId) {
      const contact = await change.get(tables.contacts, contactId)
      const row = await change.get(tables.groups, groupId)
      // By a link that was taken back since: its mailbox may still bring what was on its way.
      if (contact === undefined || row?.joinLink?.inviteId !== contact.inviteId)
        return answer(change, contactId, groupId, 'closed')
      return wish(change, contactId, groupId, contact.requestText)
    },
    async wished(change, contactId, groupId, text) {
      // Nobody learns from an answer which groups there are.
      if (isAdmin(groupId)) await wish(change, contactId, groupId, text)
    },
    settle: (groupId) => context.background(settleNow(groupId), 'join-settle-later'),
  }
}
