// The groups of the messenger in memory. Everybody who is asked and accepted before joins at once; others stay asked.

import type { GroupAskView, GroupLine, GroupMember, GroupsApi, GroupView } from '../../src/messenger/api.ts'
import { InviteError, UsageError } from '../../src/messenger/api.ts'

/** Where the rest of the messenger is. */
export interface FakeGroupsHost {
  myName(): string
  /** The contact of this id, as a member. */
  person(contactId: string): Pick<GroupMember, 'fingerprint' | 'name'>
  conversationOf(contactId: string): string
  tell(conversationId: string, line: GroupLine): void
  changed(): void
}

export interface FakeGroup {
  readonly id: string
  readonly name: string
  /** Besides this person. */
  readonly people: readonly (Pick<GroupMember, 'name'> & Partial<GroupMember>)[]
  readonly mine?: Partial<Pick<GroupView, 'isMember' | 'isAdmin'>>
  readonly adders?: GroupView['adders']
  readonly asked?: GroupView['asked']
  readonly askers?: GroupView['askers']
}

export interface FakeGroups {
  readonly api: GroupsApi
  add(group: FakeGroup): GroupView
  get(id: string): GroupView | undefined
  ofConversation(conversationId: string): GroupView | undefined
  all(): readonly GroupView[]
  /** What others did. */
  change(id: string, change: Partial<GroupView>, line?: GroupLine): void
}

const me = '5a'.repeat(32)
const most = 32

export function createFakeGroups(host: FakeGroupsHost): FakeGroups {
  const groups = new Map<string, GroupView>()
  const seeds = new Map<string, string>()
  const pictures = new Map<string, Uint8Array>()
  const asks = new Map<string, GroupAskView>()
  let links = 0
  const mine = () => ({ name: host.myName(), isMe: true })
  const known = (id: string): GroupView => {
    const group = groups.get(id)
    if (group === undefined) throw new UsageError('unknown-conversation')
    return group
  }
  const put = (group: GroupView, line?: GroupLine) => {
    const { isMember, isAdmin, adders } = group
    groups.set(group.id, { ...group, mayInvite: isMember && (isAdmin || adders === 'members') })
    if (line !== undefined) host.tell(group.conversationId, line)
    host.changed()
  }
  const require = (id: string, what: 'member' | 'admin' | 'adder'): GroupView => {
    const group = known(id)
    if (!group.isMember) throw new UsageError('not-a-member')
    const allowed = { member: true, admin: group.isAdmin, adder: group.mayInvite }
    if (!allowed[what]) throw new UsageError('not-an-admin')
    return group
  }
  const memberOf = ({ members }: GroupView, fingerprint: string): GroupMember => {
    const member = members.find((person) => person.fingerprint === fingerprint)
    if (member === undefined) throw new UsageError('unknown-contact')
    return member
  }
  const cleaned = (name: string): string => {
    if (name.trim() === '' || name.trim().length > 64) throw new UsageError('bad-name')
    return name.trim()
  }
  const ask = (group: GroupView, contactIds: readonly string[]): GroupView => {
    const fresh = contactIds.map((id) => host.person(id))
    const asked = [...group.asked.filter((person) => fresh.every((it) => it.name !== person.name)), ...fresh]
    if (group.members.length + asked.length > most) throw new UsageError('group-full')
    return { ...group, asked }
  }

  return {
    add({
      id,
      name,
      people,
      mine: { isMember = true, isAdmin = true } = {},
      adders = 'members',
      asked = [],
      askers = [],
    }) {
      const others = people.map((person, index): GroupMember => {
        const { fingerprint } =
          person.contactId === undefined ? { fingerprint: undefined } : host.person(person.contactId)
        return { isAdmin: false, isMe: false, fingerprint: fingerprint ?? `e${index}`.repeat(32), ...person }
      })
      const self = { fingerprint: me, name: host.myName(), isAdmin, isMe: true }
      const members = isMember ? [...others, self] : others
      put({ id, conversationId: `d0${id}`, name, isMember, isAdmin, mayInvite: false, adders, members, asked, askers })
      return known(id)
    },
    get: (id) => groups.get(id),
    ofConversation: (id) => [...groups.values()].find(({ conversationId }) => conversationId === id),
    all: () => [...groups.values()],
    change: (id, change, line) => put({ ...known(id), ...change }, line),
    api: {
      async create({ contactIds, name, seed = '' }) {
        const made = seeds.get(seed)
        if (made !== undefined) return known(made)
        const people = contactIds.map((id) => host.person(id))
        const title = cleaned(name ?? [host.myName(), ...people.map((person) => person.name)].join(', '))
        const id = `aa${String(groups.size).padStart(62, '0')}`
        const self = { fingerprint: me, name: host.myName(), isAdmin: true, isMe: true }
        const empty = {
          isMember: true,
          isAdmin: true,
          mayInvite: true,
          adders: 'members' as const,
          asked: [],
          askers: [],
        }
        put(ask({ id, conversationId: `d0${id}`, name: title, members: [self], ...empty }, contactIds), {
          kind: 'created',
          by: mine(),
          name: title,
        })
        seeds.set(seed, id)
        return known(id)
      },
      get: async (id) => groups.get(id),
      invite: async (id, contactIds) => put(ask(require(id, 'adder'), contactIds)),
      async withdraw(id, fingerprint) {
        const group = known(id)
        put({ ...group, asked: group.asked.filter((person) => person.fingerprint !== fingerprint) })
      },
      async remove(id, fingerprint) {
        const group = require(id, 'admin')
        const { name } = memberOf(group, fingerprint)
        const members = group.members.filter((person) => person.fingerprint !== fingerprint)
        put({ ...group, members }, { kind: 'removed', by: mine(), who: { name, isMe: false } })
      },
      async leave(id) {
        const group = require(id, 'member')
        const members = group.members.filter(({ isMe }) => !isMe)
        put({ ...group, members, isMember: false, isAdmin: false }, { kind: 'left', who: mine() })
      },
      async rename(id, wanted) {
        const name = cleaned(wanted)
        put({ ...require(id, 'member'), name }, { kind: 'renamed', by: mine(), name })
      },
      async setAdmin(id, fingerprint, isAdmin) {
        const group = require(id, 'admin')
        const { name } = memberOf(group, fingerprint)
        const members = group.members.map((person) =>
          person.fingerprint === fingerprint ? { ...person, isAdmin } : person,
        )
        put({ ...group, members }, { kind: 'admin', by: mine(), who: { name, isMe: false }, isAdmin })
      },
      async setAdders(id, adders) {
        put({ ...require(id, 'admin'), adders })
      },
      async writeTo(id, fingerprint) {
        const { contactId } = memberOf(known(id), fingerprint)
        // Nobody else has a session here.
        if (contactId === undefined) throw new UsageError('unknown-contact')
        return host.conversationOf(contactId)
      },
      async setPicture(id, picture) {
        const { picture: _, ...rest } = require(id, 'member')
        if (picture === undefined) pictures.delete(id)
        else pictures.set(id, picture)
        const isThere = picture !== undefined
        // Of the length alone: no two in one test have the same.
        const mark = isThere ? { picture: String(picture.length).padStart(64, '0') } : {}
        put({ ...rest, ...mark }, { kind: 'picture', by: mine(), isThere })
      },
      picture: async (id) => pictures.get(id),
      async createLink(id) {
        links += 1
        const link = { link: `https://relay.example/#g/${id}-${links}`, expiresAt: Date.now() + 86_400_000 }
        put({ ...require(id, 'admin'), link })
        return link
      },
      async closeLink(id) {
        const { link: _, ...rest } = known(id)
        put(rest)
      },
      async acceptAsker(id, contactId) {
        const { askers, asked, ...group } = require(id, 'admin')
        const asker = askers.find((person) => person.contactId === contactId)
        if (asker === undefined) throw new UsageError('unknown-request')
        const { name, fingerprint } = asker
        put({ ...group, asked: [...asked, { name, fingerprint }], askers: askers.filter((person) => person !== asker) })
      },
      async refuseAsker(id, contactId) {
        const group = known(id)
        put({ ...group, askers: group.askers.filter((person) => person.contactId !== contactId) })
      },
      async inspectLink(link) {
        const [, groupId] = /#g\/([0-9a-f]+)/.exec(link) ?? []
        if (groupId === undefined) throw new InviteError('broken')
        const conversationId = groups.get(groupId)?.conversationId
        return {
          groupId,
          name: 'The sea',
          invitedBy: 'Ines',
          fingerprint: '1e'.repeat(32),
          relay: 'relay.example',
          expiresAt: Date.now() + 86_400_000,
          ...(conversationId === undefined ? {} : { conversationId }),
        }
      },
      async askToJoin(link) {
        const [, groupId = ''] = /#g\/([0-9a-f]+)/.exec(link) ?? []
        const ask = { groupId, name: 'The sea', at: Date.now() }
        asks.set(groupId, ask)
        return ask
      },
      asks: async () => [...asks.values()],
      async forgetAsk(groupId) {
        asks.delete(groupId)
      },
    },
  }
}
