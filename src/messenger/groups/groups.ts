// Groups: made, joined, changed and left. Every change is an operation of its log, stored with everything that it causes.

import { toHex } from '../../protocol/bytes.ts'
import { sanitizeName } from '../../protocol/content/name.ts'
import type { GroupAction } from '../../protocol/group/action.ts'
import { createInvitationId, signConsent } from '../../protocol/group/consent.ts'
import { signOperation } from '../../protocol/group/operation.ts'
import { pictureHash } from '../../protocol/group/picture.ts'
import type { GroupState } from '../../protocol/group/state.ts'
import { limits as protocolLimits } from '../../protocol/limits.ts'
import type { GroupsApi, GroupView } from '../api.ts'
import { UsageError } from '../api.ts'
import { cleanName } from '../account/profile.ts'
import type { Context } from '../context.ts'
import { newConversation } from '../conversation/append.ts'
import type { Target } from '../conversation/recipients.ts'
import type { SendAction } from '../delivery/actions.ts'
import { hexBytes } from '../ids.ts'
import { times } from '../limits.ts'
import type { PreparedInvite } from '../people/invites.ts'
import type { Change } from '../records/ledger.ts'
import type { ContactRow, GroupRow } from '../records/rows.ts'
import type { Group, GroupDirectory } from './directory.ts'
import type { Merge } from './merge.ts'
import { createOperation } from './operate.ts'
import { contactOf, isReachable } from './people.ts'
import type { Spread } from './spread.ts'

export interface GroupParts {
  readonly directory: GroupDirectory
  readonly merge: Merge
  readonly spread: Spread
  readonly send: SendAction
  /** A link of mine for the members of a group. */
  readonly prepareLink: () => Promise<PreparedInvite>
  /** It is stored: its mailbox is opened when the relay is there. */
  readonly openLink: (mailboxId: string) => void
}

/** What is about members and names; links and pictures are in joining.ts and pictures.ts. */
type MemberActions = Pick<
  GroupsApi,
  'create' | 'get' | 'invite' | 'withdraw' | 'remove' | 'leave' | 'rename' | 'setAdmin' | 'writeTo' | 'setAdders'
>

export interface GroupActions extends MemberActions {
  /** An operation of mine, with what goes behind it to the members that there are then. */
  act(
    groupId: string,
    what: 'member' | 'admin',
    action: Exclude<GroupAction, { kind: 'create' | 'unknown' }>,
    behind?: (change: Change, group: Group) => Promise<void> | void,
  ): Promise<void>
  /** Invites somebody with whom there is a session, a contact or not. @throws UsageError `group-full`, `unknown-contact` */
  askIn(change: Change, groupId: string, contactId: string): Promise<void>
  /** My word that I want to be in it, for who invited me. */
  consent(groupId: string): Promise<void>
  setTimer(groupId: string, lifeMs: number): Promise<void>
  /** The invitation is forgotten. */
  decline(groupId: string): Promise<void>
  target(groupId: string): Target
}

export function createGroups(context: Context, parts: GroupParts): GroupActions {
  const { tables, ledger, clock, random, self, events } = context
  const { directory, merge, spread, send, prepareLink, openLink } = parts
  const myId = toHex(self.fingerprint)

  const invitable = (id: string): ContactRow => {
    const contact = tables.contacts.peek(id)
    if (contact === undefined || contact.state !== 'accepted' || contact.peer !== undefined)
      throw new UsageError('unknown-contact')
    return contact
  }

  async function rowOf(change: Change, groupId: string): Promise<GroupRow> {
    const row = await change.get(tables.groups, groupId)
    if (row === undefined) throw new UsageError('unknown-conversation')
    return row
  }

  /** What only a member may do, or only an admin. */
  function require(groupId: string, what: 'member' | 'admin'): void {
    const me = directory.me(groupId)
    if (me === undefined) throw new UsageError('not-a-member')
    if (what === 'admin' && me.role !== 'admin') throw new UsageError('not-an-admin')
  }

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
      await rowOf(change, groupId)
      require(groupId, what)
      const after = await operate(change, groupId, action)
      await behind?.(change, after)
    })

  /** Everybody sees whom else is asked. */
  async function ask(
    change: Change,
    groupId: string,
    row: GroupRow,
    contacts: readonly (readonly [id: string, row: ContactRow])[],
    said: {
      readonly name: string
      readonly first: Uint8Array
      readonly text?: string
      readonly members: readonly { readonly fingerprint: Uint8Array; readonly name: string }[]
    },
  ): Promise<void> {
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

  const withRow = (id: string): readonly [string, ContactRow] => [id, invitable(id)]

  function stateOf(groupId: string): GroupState {
    const state = directory.get(groupId)?.state
    if (state === undefined) throw new UsageError('not-a-member')
    return state
  }

  async function invite(
    change: Change,
    groupId: string,
    row: GroupRow,
    contacts: readonly (readonly [id: string, row: ContactRow])[],
  ): Promise<void> {
    const { members, name, settings } = stateOf(groupId)
    const first = directory.get(groupId)?.log.entries.get(groupId)?.operation.bytes
    if (first === undefined) throw new UsageError('not-a-member')
    require(groupId, settings.adders === 'members' ? 'member' : 'admin')
    await ask(change, groupId, row, contacts, { name, first, members: [...members.values()] })
  }

  return {
    async create({ contactIds, name, text, seed = toHex(random.bytes(32)) }) {
      const made = directory.madeFrom(seed)
      if (made !== undefined) return view(made)
      const ids = [...new Set(contactIds)]
      const people = ids.map(invitable)
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
        await ask(change, groupId, row, ids.map(withRow), said)
        change.after(() => openLink(link.id))
      })
      return view(groupId)
    },
    get: (groupId) => Promise.resolve(directory.get(groupId)?.state === undefined ? undefined : view(groupId)),
    async invite(groupId, contactIds) {
      await ledger.change(async (change) => {
        const row = await rowOf(change, groupId)
        const { members } = stateOf(groupId)
        const ids = [...new Set(contactIds)].filter((id) => !members.has(toHex(invitable(id).fingerprint)))
        await invite(change, groupId, row, ids.map(withRow))
        change.after(() => events.emit('change', { what: 'conversations', id: row.conversationId }))
      })
    },
    async withdraw(groupId, fingerprint) {
      await ledger.change(async (change) => {
        const row = await rowOf(change, groupId)
        const asked = row.asked.filter((entry) => toHex(entry.fingerprint) !== fingerprint)
        change.put(tables.groups, groupId, { ...row, asked })
        change.after(() => events.emit('change', { what: 'conversations', id: row.conversationId }))
      })
    },
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
      await ledger.change(async (change) => {
        const row = await change.get(tables.contacts, contactId)
        if (row?.peer !== 'member') return
        const { peer: _, ...rest } = row
        change.put(tables.contacts, contactId, rest)
        change.after(() => {
          events.emit('change', { what: 'contacts', id: contactId })
          events.emit('change', { what: 'conversations', id: row.conversationId })
        })
      })
      return contact.conversationId
    },
    setAdders: (groupId, adders) => act(groupId, 'admin', { kind: 'settings', adders, linkApproval: true }),

    act,
    async askIn(change, groupId, contactId) {
      const row = await rowOf(change, groupId)
      const contact = await change.get(tables.contacts, contactId)
      if (contact?.state !== 'accepted') throw new UsageError('unknown-contact')
      if (stateOf(groupId).members.has(toHex(contact.fingerprint))) return
      await invite(change, groupId, row, [[contactId, contact]])
    },
    setTimer: (groupId, timerMs) => act(groupId, 'admin', { kind: 'timer', timerMs }),
    async consent(groupId) {
      const invitation = tables.groups.peek(groupId)?.invitation
      if (invitation === undefined) throw new UsageError('unknown-request')
      const link = await prepareLink()
      const consent = signConsent(self.identity, {
        group: hexBytes(groupId, 32),
        invitation: invitation.id,
        name: self.row.name,
        link: link.link,
        expiresAtMs: clock.now() + times.consentMs,
      })
      await ledger.change(async (change) => {
        const row = await rowOf(change, groupId)
        const contact = await change.get(tables.contacts, invitation.contactId)
        // Accepted twice is accepted.
        if (row.stage !== 'invited') return
        if (contact?.state !== 'accepted') throw new UsageError('unknown-request')
        change.put(tables.groups, groupId, { ...row, stage: 'consented', inviteId: link.id })
        await link.store(change, { group: groupId })
        const target = { conversationId: contact.conversationId, contactIds: [invitation.contactId] }
        await send(change, target, { kind: 'consent', consent })
        change.after(() => {
          openLink(link.id)
          events.emit('change', { what: 'requests', id: groupId })
        })
      })
    },
    async decline(groupId) {
      await ledger.change(async (change) => {
        const row = await rowOf(change, groupId)
        if (row.stage !== 'invited') throw new UsageError('unknown-request')
        // What it was before, if I have been in it.
        if (directory.get(groupId) === undefined) change.delete(tables.groups, groupId)
        else {
          const { invitation: _, ...rest } = row
          change.put(tables.groups, groupId, { ...rest, stage: 'in' })
        }
        change.after(() => events.emit('change', { what: 'requests', id: groupId }))
      })
    },
    target(groupId) {
      const contactIds: string[] = []
      const unreached: string[] = []
      const state = directory.get(groupId)?.state
      const asked = (tables.groups.peek(groupId)?.asked ?? []).map(({ fingerprint }) => toHex(fingerprint))
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

  function view(groupId: string): GroupView {
    const state = directory.get(groupId)?.state
    const row = tables.groups.peek(groupId)
    if (state === undefined || row === undefined) throw new UsageError('unknown-conversation')
    const me = directory.me(groupId)
    const isAdmin = me?.role === 'admin'
    const hash = state.picture && pictureHash(state.picture)
    return {
      id: groupId,
      conversationId: row.conversationId,
      name: state.name,
      isMember: me !== undefined,
      isAdmin,
      mayInvite: me !== undefined && (isAdmin || state.settings.adders === 'members'),
      adders: state.settings.adders,
      members: [...state.members].map(([person, { fingerprint, name, role }]) => {
        const contact = contactOf(context, person)
        const known = contact !== undefined && contact[1].peer === undefined ? contact : undefined
        return {
          fingerprint: toHex(fingerprint),
          name: person === myId ? self.row.name : (known?.[1].name ?? name),
          isAdmin: role === 'admin',
          isMe: person === myId,
          ...(known === undefined ? {} : { contactId: known[0] }),
        }
      }),
      asked: row.asked.map(({ fingerprint, name }) => ({ fingerprint: toHex(fingerprint), name })),
      ...(hash === undefined ? {} : { picture: toHex(hash) }),
      ...(row.joinLink === undefined || row.joinLink.expiresAt <= clock.now()
        ? {}
        : { link: { link: row.joinLink.link, expiresAt: row.joinLink.expiresAt } }),
      askers: (row.askers ?? []).flatMap(({ contactId, at, text }) => {
        const asker = tables.contacts.peek(contactId)
        if (asker === undefined || asker.state === 'blocked') return []
        const { name, fingerprint } = asker
        return [{ contactId, name, fingerprint: toHex(fingerprint), at, ...(text === undefined ? {} : { text }) }]
      }),
    }
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
