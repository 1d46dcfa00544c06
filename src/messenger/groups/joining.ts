// Asking to join a group by a link of one of its admins, on both sides. Who asks is nobody's contact by it, and sees nothing of the
// group before they are in; who is not asked in because there is no room is told. Spec: docs/protocol.md §9, Asking to join.
//
//   request by the link, or `join` of a contact ──▶ the admin decides ──▶ invitation ──▶ consent, at once ──▶ addition
//                                                └─▶ `joining`: full, or closed

import { equalBytes, toHex } from '../../protocol/bytes.ts'
import type { Body, JoinAnswer } from '../../protocol/content/content.ts'
import { decodeGroupLink, encodeGroupLink } from '../../protocol/group/link.ts'
import { decodeInviteLink } from '../../protocol/invite/link.ts'
import { limits as protocolLimits } from '../../protocol/limits.ts'
import type { GroupAskView, GroupsApi } from '../api.ts'
import { InviteError, UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import type { SendAction } from '../delivery/actions.ts'
import { hexBytes } from '../ids.ts'
import { limits, times } from '../limits.ts'
import type { Invites } from '../people/invites.ts'
import type { Change } from '../records/ledger.ts'
import type { ContactRow, GroupRow } from '../records/rows.ts'
import { relayName } from '../relay-name.ts'
import type { GroupDirectory } from './directory.ts'
import type { Inviting } from './inviting.ts'
import { contactOf } from './people.ts'

type JoinBody = Extract<Body, { kind: 'join' | 'joining' }>

export interface Joining extends Pick<
  GroupsApi,
  'createLink' | 'closeLink' | 'acceptAsker' | 'refuseAsker' | 'inspectLink' | 'askToJoin' | 'asks' | 'forgetAsk'
> {
  /** Somebody asked by a link of mine; in the change that received it. */
  requested(change: Change, contactId: string, groupId: string): Promise<void>
  received(change: Change, contactId: string, contact: ContactRow, body: JoinBody): Promise<void>
  /** What a group became may leave no room, or no right to ask somebody in. */
  settle(groupId: string): void
}

export interface JoiningParts {
  readonly directory: GroupDirectory
  readonly send: SendAction
  readonly askIn: Inviting['askIn']
  readonly makeLink: Invites['make']
  readonly revokeLink: (inviteId: string) => Promise<void>
  /** @throws as `invites.connect` */
  readonly connect: (link: string, text?: string) => Promise<void>
  /** A session with them stands from now on, for the group alone. */
  readonly accept: (change: Change, contactId: string) => Promise<void>
  /** Their request is forgotten. */
  readonly forget: (contactId: string) => Promise<void>
}

export function createJoining(context: Context, parts: JoiningParts): Joining {
  const { tables, ledger, clock, events } = context
  const { directory, send, askIn, makeLink, revokeLink, connect, accept, forget } = parts

  const isAdmin = (groupId: string): boolean => directory.me(groupId)?.role === 'admin'

  const told = (change: Change, groupId: string, what: 'conversations' | 'requests'): void =>
    change.after(() => events.emit('change', { what, id: what === 'requests' ? groupId : groupId.slice(0, 32) }))

  /** Seats that nobody has and nobody was asked to take. */
  const seats = (groupId: string, { asked }: GroupRow): number =>
    protocolLimits.groupMembers - (directory.get(groupId)?.state?.members.size ?? 0) - asked.length

  /** Said to a contact, or to a stranger who is heard for that alone. */
  async function answer(change: Change, contactId: string, groupId: string, how: JoinAnswer): Promise<void> {
    const contact = await change.get(tables.contacts, contactId)
    if (contact === undefined || contact.state === 'blocked') return
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
    told(change, groupId, 'conversations')
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
      told(change, groupId, 'conversations')
    })
    if (joinLink !== undefined) await revokeLink(joinLink.inviteId)
  }

  async function withoutAsker(change: Change, groupId: string, contactId: string): Promise<GroupRow> {
    const row = await change.get(tables.groups, groupId)
    const asker = row?.askers?.find((entry) => entry.contactId === contactId)
    if (row === undefined || asker === undefined) throw new UsageError('unknown-request')
    const left = { ...row, askers: (row.askers ?? []).filter((entry) => entry !== asker) }
    change.put(tables.groups, groupId, left)
    told(change, groupId, 'conversations')
    return left
  }

  function askView(groupId: string): GroupAskView {
    const row = tables.groups.peek(groupId)
    const { name = '', at = 0, answer: said } = row?.ask ?? {}
    const isIn = directory.me(groupId) !== undefined
    return {
      groupId,
      name: isIn ? (directory.get(groupId)?.state?.name ?? name) : name,
      at,
      ...(said === undefined ? {} : { answer: said }),
      ...(isIn && row !== undefined ? { conversationId: row.conversationId } : {}),
    }
  }

  function read(link: string) {
    const decoded = decodeGroupLink(link)
    if (!decoded.ok) throw new InviteError(decoded.reason)
    return { ...decoded.link, groupId: toHex(decoded.link.group), inviteLink: decoded.invite }
  }

  async function forgetAsk(groupId: string): Promise<void> {
    await ledger.change(async (change) => {
      const row = await change.get(tables.groups, groupId)
      if (row?.ask === undefined) return
      const { ask: _, ...rest } = row
      // What it was before, if I have been in it.
      if (row.stage !== 'asking') change.put(tables.groups, groupId, rest)
      else if (directory.get(groupId) === undefined) change.delete(tables.groups, groupId)
      else change.put(tables.groups, groupId, { ...rest, stage: 'in' })
      told(change, groupId, 'requests')
    })
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
            told(change, groupId, 'conversations')
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
        told(change, groupId, 'conversations')
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
    async inspectLink(link) {
      const { groupId, name, invite } = read(link)
      if (invite.expiresAtMs <= clock.now()) throw new InviteError('expired')
      const { conversationId } = askView(groupId)
      return {
        groupId,
        name,
        invitedBy: invite.name,
        fingerprint: toHex(invite.fingerprint),
        relay: relayName(invite.relays[0] ?? ''),
        expiresAt: invite.expiresAtMs,
        ...(conversationId === undefined ? {} : { conversationId }),
      }
    },
    async askToJoin(link, { text } = {}) {
      const { groupId, group, name, invite, inviteLink } = read(link)
      if (directory.me(groupId) !== undefined) return askView(groupId)
      const written = text?.trim().toWellFormed().slice(0, protocolLimits.groupJoinTextCodePoints)
      const said = written === undefined || written === '' ? {} : { text: written }
      // Stored before it is asked: what comes of it is for this group and from this person alone.
      const before = await ledger.change(async (change) => {
        const row = await change.get(tables.groups, groupId)
        if (row === undefined && [...tables.groups.held()].length >= limits.groups) throw new UsageError('group-full')
        // I said yes to somebody else there: they add me.
        if (row?.stage === 'consented') return row
        change.put(tables.groups, groupId, {
          conversationId: groupId.slice(0, 32),
          asked: [],
          ...row,
          stage: 'asking',
          ask: { fingerprint: invite.fingerprint, name, at: clock.now() },
        })
        return row
      })
      try {
        const known = contactOf(context, toHex(invite.fingerprint))
        if (known?.[1].state === 'accepted')
          await ledger.change((change) =>
            send(
              change,
              { conversationId: known[1].conversationId, contactIds: [known[0]] },
              { kind: 'join', group, ...said },
            ),
          )
        else await connect(inviteLink, said.text)
      } catch (error) {
        if (before?.ask === undefined) await forgetAsk(groupId)
        throw error
      }
      events.emit('change', { what: 'requests', id: groupId })
      return askView(groupId)
    },
    asks: () =>
      Promise.resolve(
        [...tables.groups.held()]
          .filter(([groupId, { ask }]) => ask !== undefined && directory.me(groupId) === undefined)
          .map(([groupId]) => askView(groupId))
          .toSorted((a, b) => b.at - a.at),
      ),
    forgetAsk,

    async requested(change, contactId, groupId) {
      const contact = await change.get(tables.contacts, contactId)
      const row = await change.get(tables.groups, groupId)
      // By a link that was taken back since: its mailbox may still bring what was on its way.
      if (contact === undefined || row?.joinLink?.inviteId !== contact.inviteId)
        return answer(change, contactId, groupId, 'closed')
      return wish(change, contactId, groupId, contact.requestText)
    },
    async received(change, contactId, contact, body) {
      const groupId = toHex(body.group)
      if (contact.state !== 'accepted') return
      // Nobody learns from an answer which groups there are.
      if (body.kind === 'join') return isAdmin(groupId) ? wish(change, contactId, groupId, body.text) : undefined
      const row = await change.get(tables.groups, groupId)
      if (row?.ask === undefined || row.stage !== 'asking' || !equalBytes(row.ask.fingerprint, contact.fingerprint))
        return
      change.put(tables.groups, groupId, { ...row, ask: { ...row.ask, answer: body.answer } })
      told(change, groupId, 'requests')
    },
    settle: (groupId) => context.background(settleNow(groupId), 'join-settle-later'),
  }
}
