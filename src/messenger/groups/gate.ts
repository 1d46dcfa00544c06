// What the rest of the messenger asks of groups. They are loaded when there is one, or the first one comes: most visits of
// most people need none of it.

import type { Content } from '../../protocol/content/content.ts'
import type { GroupsApi } from '../api.ts'
import type { Context } from '../context.ts'
import type { Target } from '../conversation/recipients.ts'
import { late } from '../late.ts'
import type { Change } from '../records/ledger.ts'
import type { ContactRow } from '../records/rows.ts'
import type { GroupActions } from './groups.ts'
import type { Inviting } from './inviting.ts'
import type { GroupBody } from './received.ts'

export interface GroupGate {
  /** Whom a message of mine to it goes to. */
  target(groupId: string): Target
  isMember(groupId: string): boolean
  /** Whether somebody is a member of a group of mine, by their fingerprint in hexadecimal. */
  hasMember(groupId: string, fingerprint: string): boolean
  nameOf(groupId: string): string
  /** After how long messages go; 0: never. */
  timerOf(groupId: string): number
  /** How a person is called in a group, whether they are a contact or not. */
  personName(groupId: string, fingerprint: string): string
  /** In the change that blocks them: they are asked into no group of mine, and I ask to join none of theirs. */
  unask(change: Change, fingerprint: string): Promise<void>
}

/** What of others comes in. */
export interface GroupIntake {
  /** About groups, in the conversation of two. */
  action(change: Change, contactId: string, contact: ContactRow, body: GroupBody): Promise<void>
  /** Whether something said in a group counts; `later` is kept until the operations before it are here. */
  judge(
    change: Change,
    contactId: string,
    contact: ContactRow,
    content: Content,
    encoded: Uint8Array,
  ): Promise<'allowed' | 'refused' | 'later'>
}

export interface Groups extends GroupActions, Inviting, GroupsApi, GroupGate, GroupIntake {
  /** Somebody asked to join by a link of mine; in the change that received it. */
  requested(change: Change, contactId: string, groupId: string): Promise<void>
  /** A session with somebody stands: what waited for them goes out. */
  met(change: Change, contactId: string): Promise<void>
  /** A relay is back. */
  retry(): void
  stop(): void
}

export interface LazyGroups {
  readonly gate: GroupGate
  readonly api: GroupsApi
  readonly intake: GroupIntake
  load(): Promise<Groups>
  /** Those that are loaded. */
  readonly ready: Groups | undefined
}

export function lazyGroups(context: () => Context, open: () => Promise<Groups>): LazyGroups {
  let ready: Groups | undefined
  const isUnused = (): boolean => context().tables.groups.held().next().done === true
  const load = late(async () => {
    ready = await open()
    context().closing.addEventListener('abort', () => ready?.stop())
    return ready
  })
  return {
    load,
    get ready() {
      return ready
    },
    api: {
      create: async (options) => (await load()).create(options),
      get: async (id) => (await load()).get(id),
      invite: async (id, contactIds) => (await load()).invite(id, contactIds),
      withdraw: async (id, fingerprint) => (await load()).withdraw(id, fingerprint),
      remove: async (id, fingerprint) => (await load()).remove(id, fingerprint),
      leave: async (id) => (await load()).leave(id),
      rename: async (id, name) => (await load()).rename(id, name),
      setAdmin: async (id, fingerprint, isAdmin) => (await load()).setAdmin(id, fingerprint, isAdmin),
      writeTo: async (id, fingerprint) => (await load()).writeTo(id, fingerprint),
      setAdders: async (id, adders) => (await load()).setAdders(id, adders),
      setPicture: async (id, picture) => (await load()).setPicture(id, picture),
      picture: async (id) => (await load()).picture(id),
      createLink: async (id) => (await load()).createLink(id),
      closeLink: async (id) => (await load()).closeLink(id),
      acceptAsker: async (id, contactId) => (await load()).acceptAsker(id, contactId),
      refuseAsker: async (id, contactId) => (await load()).refuseAsker(id, contactId),
      inspectLink: async (link) => (await load()).inspectLink(link),
      askToJoin: async (link, options) => (await load()).askToJoin(link, options),
      asks: async () => (isUnused() ? [] : (await load()).asks()),
      forgetAsk: async (groupId) => (await load()).forgetAsk(groupId),
    },
    intake: {
      action: async (...received) => (await load()).action(...received),
      judge: async (...received) => (await load()).judge(...received),
    },
    gate: {
      target: (groupId) => ready?.target(groupId) ?? { contactIds: [], unreached: [] },
      isMember: (groupId) => ready?.isMember(groupId) ?? false,
      hasMember: (groupId, fingerprint) => ready?.hasMember(groupId, fingerprint) ?? false,
      nameOf: (groupId) => ready?.nameOf(groupId) ?? '',
      timerOf: (groupId) => ready?.timerOf(groupId) ?? 0,
      personName: (groupId, fingerprint) => ready?.personName(groupId, fingerprint) ?? '',
      unask: async (change, fingerprint) => ready?.unask(change, fingerprint),
    },
  }
}
