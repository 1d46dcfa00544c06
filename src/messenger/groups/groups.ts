// Groups: made, changed and left. Every change is an operation of its log, stored with everything that it causes.

import { toHex } from '../../protocol/bytes.ts'
import { sanitizeName } from '../../protocol/content/name.ts'
import type { GroupAction } from '../../protocol/group/action.ts'
import { signOperation } from '../../protocol/group/operation.ts'
import { limits as protocolLimits } from '../../protocol/limits.ts'
import type { GroupsApi } from '../api.ts'
import { UsageError } from '../api.ts'
import { cleanName } from '../account/profile.ts'
import type { Context } from '../context.ts'
import { newConversation } from '../conversation/append.ts'
import type { Target } from '../conversation/recipients.ts'
import { hexBytes } from '../ids.ts'
import type { Change } from '../records/ledger.ts'
import type { GroupRow } from '../records/rows.ts'
import type { Group } from './directory.ts'
import type { Inviting, InvitingParts } from './inviting.ts'
import type { Merge } from './merge.ts'
import { createOperation } from './operate.ts'
import { contactOf, isReachable } from './people.ts'
import { requireInvitable, requireRole, requireRow } from './rights.ts'
import type { Spread } from './spread.ts'
import { groupView } from './view.ts'

export interface GroupParts extends Omit<InvitingParts, 'send' | 'dropGone'> {
  readonly merge: Merge
  readonly spread: Spread
  readonly ask: Inviting['ask']
  /** Somebody known from a group is a contact from now on. */
  readonly befriend: (contactId: string) => Promise<unknown>
}

/** What is about members and names; invitations, links and pictures are in inviting.ts, joining.ts and pictures.ts. */
type MemberActions = Pick<
  GroupsApi,
  'create' | 'get' | 'remove' | 'leave' | 'rename' | 'setAdmin' | 'writeTo' | 'setAdders'
>

export interface GroupActions extends MemberActions {
  /** An operation of mine, with what goes behind it to the members that there are then. */
  act(
    groupId: string,
    what: 'member' | 'admin',
    action: Exclude<GroupAction, { kind: 'create' | 'unknown' }>,
    behind?: (change: Change, group: Group) => Promise<void> | void,
  ): Promise<void>
  setTimer(groupId: string, lifeMs: number): Promise<void>
  target(groupId: string): Target
}

export function createGroups(context: Context, parts: GroupParts): GroupActions {
  const { tables, ledger, clock, random, self } = context
  const { directory, merge, spread, ask, befriend, prepareLink, openLink } = parts
  const myId = toHex(self.fingerprint)

  /** Stored, in force here, and on its way to everybody whom it concerns. */
  async function operate(
    change: Change,
    groupId: string,
    action: Exclude<GroupAction, { kind: 'create' | 'unknown' }>,
  ): Promise<Group> {
    const operation = createOperation(context, directory, groupId, action)
    const { before, after, added } = await merge(change, groupId, [operation])
    const people = new Set([...(before?.members.keys() ?? []), ...(after.state?.members.keys() ?? [])])
    people.delete(myId)
    await spread(change, after, added, people)
    return after
  }

  const act: GroupActions['act'] = (groupId, what, action, behind) =>
    ledger.change(async (change) => {
      await requireRow(context, change, groupId)
      requireRole(directory, groupId, what)
      const after = await operate(change, groupId, action)
      await behind?.(change, after)
    })

  return {
    async create({ contactIds, name, text, seed = toHex(random.bytes(32)) }) {
      const made = directory.madeFrom(seed)
      if (made !== undefined) return groupView(context, directory, made)
      const ids = [...new Set(contactIds)]
      const people = ids.map((id) => requireInvitable(context, id))
      if (people.length >= protocolLimits.groupMembers) throw new UsageError('group-full')
      const title =
        name === undefined ? namesOf([self.row.name, ...people.map((person) => person.name)]) : cleanName(name)
      if (title === '') throw new UsageError('bad-name')
      const link = await prepareLink()
      const first = signOperation(self.identity, {
        parents: [],
        atMs: clock.now(),
        action: { kind: 'create', seed: hexBytes(seed, 32), name: title, creatorName: self.row.name, link: link.link },
      })
      const groupId = first.id
      const conversationId = groupId.slice(0, 32)
      const { timerMs = 0 } = self.row
      const timer = signOperation(self.identity, {
        group: first.hash,
        parents: [first.hash],
        atMs: clock.now(),
        action: { kind: 'timer', timerMs },
      })
      await ledger.change(async (change) => {
        const row: GroupRow = { conversationId, stage: 'in', inviteId: link.id, asked: [] }
        change.put(tables.groups, groupId, row)
        change.put(tables.conversations, conversationId, newConversation({ group: groupId }, clock.now()))
        await link.store(change, { group: groupId })
        await merge(change, groupId, timerMs === 0 ? [first] : [first, timer])
        const me = { fingerprint: self.fingerprint, name: self.row.name }
        const said = { name: title, first: first.bytes, members: [me], ...textOf(text) }
        const asked = ids.map((id) => [id, requireInvitable(context, id)] as const)
        await ask(change, groupId, row, asked, said)
        change.after(() => openLink(link.id))
      })
      return groupView(context, directory, groupId)
    },
    get: (groupId) =>
      Promise.resolve(directory.get(groupId)?.state === undefined ? undefined : groupView(context, directory, groupId)),
    remove: (groupId, fingerprint) => act(groupId, 'admin', { kind: 'remove', member: hexBytes(fingerprint, 32) }),
    leave: (groupId) => act(groupId, 'member', { kind: 'leave' }),
    rename: (groupId, name) => act(groupId, 'member', { kind: 'rename', name: cleanName(name) }),
    setAdmin: (groupId, fingerprint, isAdmin) =>
      act(groupId, 'admin', { kind: 'admin', member: hexBytes(fingerprint, 32), isAdmin }),
    async writeTo(groupId, fingerprint) {
      const [contactId, contact] = contactOf(context, fingerprint) ?? []
      const isMember = directory.get(groupId)?.state?.members.has(fingerprint) === true
      if (contactId === undefined || contact === undefined || !isMember || contact.state === 'request')
        throw new UsageError('unknown-contact')
      if (contact.state === 'blocked') throw new UsageError('blocked')
      if (contact.peer !== undefined) await befriend(contactId)
      return contact.conversationId
    },
    setAdders: (groupId, adders) => act(groupId, 'admin', { kind: 'settings', adders, linkApproval: true }),

    act,
    setTimer: (groupId, timerMs) => act(groupId, 'admin', { kind: 'timer', timerMs }),
    target(groupId) {
      const contactIds: string[] = []
      const unreached: string[] = []
      const state = directory.get(groupId)?.state
      const asked = (tables.groups.peek(groupId)?.asked ?? [])
        .map(({ fingerprint }) => toHex(fingerprint))
        // Members are those whom another one took in.
        .filter((person) => state?.members.has(person) !== true && contactOf(context, person)?.[1].state !== 'blocked')
      for (const person of state?.members.keys() ?? []) {
        if (person === myId) continue
        const contact = contactOf(context, person)
        if (contact !== undefined && isReachable(contact[1])) contactIds.push(contact[0])
        else if (contact?.[1].state !== 'blocked') unreached.push(person)
      }
      const conversation = { id: groupId.slice(0, 32), heads: directory.heads(groupId) }
      return { contactIds, unreached: [...unreached, ...asked], conversation }
    },
  }
}

/** The names of some people, as the name of their group. */
function namesOf(names: readonly string[]): string {
  return sanitizeName(names.join(', '))
}

function textOf(text: string | undefined): { readonly text?: string } {
  const written = text?.trim().toWellFormed().slice(0, protocolLimits.captionCodePoints)
  return written === undefined || written === '' ? {} : { text: written }
}
