// Groups that I asked to join, each by a link of one of its admins.

import { equalBytes, toHex } from '../../protocol/bytes.ts'
import type { JoinAnswer } from '../../protocol/content/content.ts'
import { decodeGroupLink } from '../../protocol/group/link.ts'
import { limits as protocolLimits } from '../../protocol/limits.ts'
import type { GroupAskView, GroupsApi } from '../api.ts'
import { InviteError, UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import type { SendAction } from '../delivery/actions.ts'
import { limits } from '../limits.ts'
import type { Change } from '../records/ledger.ts'
import type { ContactRow } from '../records/rows.ts'
import { relayName } from '../relay-name.ts'
import type { GroupDirectory } from './directory.ts'
import { contactOf } from './people.ts'

export interface Asks extends Pick<GroupsApi, 'inspectLink' | 'askToJoin' | 'asks' | 'forgetAsk'> {
  /** Of the person whom I asked: why I am not asked in. */
  /** In the same change. */
  forgetIn(change: Change, groupId: string): Promise<void>
  answered(change: Change, contact: ContactRow, groupId: string, answer: JoinAnswer): Promise<void>
}

export interface AsksParts {
  readonly directory: GroupDirectory
  readonly send: SendAction
  /** @throws as `invites.connect` */
  readonly connect: (link: string, text?: string) => Promise<void>
}

export function createAsks(context: Context, { directory, send, connect }: AsksParts): Asks {
  const { tables, ledger, clock, events } = context

  const told = (change: Change, groupId: string): void =>
    change.after(() => events.emit('change', { what: 'requests', id: groupId }))

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

  const forgetAsk = (groupId: string): Promise<void> => ledger.change((change) => forgetIn(change, groupId))

  async function forgetIn(change: Change, groupId: string): Promise<void> {
    const row = await change.get(tables.groups, groupId)
    if (row?.ask === undefined) return
    const { ask: _, ...rest } = row
    const { again, ...alone } = rest
    if (row.stage !== 'asking') change.put(tables.groups, groupId, rest)
    else if (again === true) change.put(tables.groups, groupId, { ...alone, stage: 'invited' })
    // What it was before, if I have been in it.
    else if (directory.get(groupId) === undefined) change.delete(tables.groups, groupId)
    else change.put(tables.groups, groupId, { ...rest, stage: 'in' })
    told(change, groupId)
  }

  return {
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
          // Who invited me waits for a word of its own.
          ...(row?.stage === 'invited' ? { again: true } : {}),
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
    forgetIn,

    async answered(change, contact, groupId, answer) {
      const row = await change.get(tables.groups, groupId)
      if (row?.ask === undefined || row.stage !== 'asking' || !equalBytes(row.ask.fingerprint, contact.fingerprint))
        return
      change.put(tables.groups, groupId, { ...row, ask: { ...row.ask, answer } })
      told(change, groupId)
    },
  }
}
