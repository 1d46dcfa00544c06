// Puts the parts of groups together, and takes up what a crash or a closed tab left open.

import { equalBytes, fromHex, toHex } from '../../protocol/bytes.ts'
import { decodeContent } from '../../protocol/content/codec.ts'
import type { Content } from '../../protocol/content/content.ts'
import type { Context } from '../context.ts'
import type { SendAction } from '../delivery/actions.ts'
import type { Sealer } from '../delivery/seal.ts'
import { times } from '../limits.ts'
import type { Invites, PreparedInvite } from '../people/invites.ts'
import type { Requests } from '../people/requests.ts'
import type { Change } from '../records/ledger.ts'
import { createCatchUp } from './catch-up.ts'
import { openDirectory } from './directory.ts'
import { sweepEarly } from './early.ts'
import type { Groups } from './gate.ts'
import { createGroups } from './groups.ts'
import { createInviting } from './inviting.ts'
import { createJoining } from './joining.ts'
import { createMerge } from './merge.ts'
import { createMarkMissed } from './missed.ts'
import { contactOf } from './people.ts'
import { createPictures } from './pictures.ts'
import { createReach, missingMembers } from './reach.ts'
import { createJudge, createReceived } from './received.ts'
import { createSpread } from './spread.ts'
import { waitingInvitation } from './waiting-invitation.ts'
import { createDropGone } from './waiting.ts'

export interface OpenGroupsParts {
  readonly sealer: Sealer
  readonly send: SendAction
  readonly connect: (link: string, text?: string) => Promise<void>
  readonly prepareLink: (uses: number, lifetimeMs: number) => Promise<PreparedInvite>
  readonly openLink: (mailboxId: string) => void
  readonly links: Pick<Invites, 'make' | 'revoke'>
  readonly requests: () => Pick<Requests, 'acceptIn' | 'accept' | 'delete'>
  /** Said in a group, and waited for operations that are here now. */
  readonly release: (change: Change, contactId: string, content: Content, encoded: Uint8Array) => Promise<void>
}

/** More than the people of one group: who leaves and comes back takes a new one. */
const linkUses = 1000

export async function openGroups(context: Context, parts: OpenGroupsParts): Promise<Groups> {
  const { tables, ledger, self } = context
  const { sealer, send, connect, openLink } = parts
  const directory = await openDirectory(context)
  const myId = toHex(self.fingerprint)

  const catchUp = createCatchUp(context, sealer, send)
  const dropGone = createDropGone(context)
  const merge = createMerge(context, {
    directory,
    markMissed: createMarkMissed(context),
    catchUp,
    dropGone,
    changed(groupId) {
      reach.kick()
      pictures.kick()
      joining.settle(groupId)
      context.background(releaseEarly(groupId), 'group-release-later')
    },
  })
  const spread = createSpread(context, send)
  const prepareLink = (): Promise<PreparedInvite> => parts.prepareLink(linkUses, times.groupLinkMs)
  const inviting = createInviting(context, { directory, send, dropGone, prepareLink, openLink })
  const actions = createGroups(context, {
    directory,
    merge,
    spread,
    ask: (...asked) => inviting.ask(...asked),
    befriend: (contactId) => parts.requests().accept(contactId),
    prepareLink,
    openLink,
  })
  const pictures = createPictures(context, { directory, send, act: (...done) => actions.act(...done) })
  const joining = createJoining(context, {
    directory,
    send,
    askIn: (...asked) => inviting.askIn(...asked),
    makeLink: parts.links.make,
    revokeLink: parts.links.revoke,
    connect,
    accept: (change, contactId) => parts.requests().acceptIn(change, contactId),
    forget: (contactId) => parts.requests().delete(contactId),
  })
  const welcome = (groupId: string): void => context.background(inviting.consent(groupId), 'consent-later')
  const action = createReceived(context, { directory, merge, spread, send, welcome, pictures, joining })
  const judge = createJudge(context, directory, send)
  const reach = createReach(context, {
    missing: () => missingMembers(context, directory, myId, (person) => contactOf(context, person) !== undefined),
    connect,
    met: (person) => ledger.change((change) => metPerson(change, person)),
  })

  /** What was written for them goes to them, and they are asked for what they know more. */
  async function metPerson(change: Change, person: string): Promise<void> {
    const contact = contactOf(context, person)
    if (contact === undefined) return
    for (const group of directory.all()) {
      const id = fromHex(group.id)
      if (directory.me(group.id) === undefined || group.state?.members.has(person) !== true || id === undefined)
        continue
      await catchUp(change, { groupId: group.id, person, after: group })
      const target = { conversationId: contact[1].conversationId, contactIds: [contact[0]] }
      await send(change, target, { kind: 'compare', group: id, heads: directory.heads(group.id) })
    }
  }

  /** What waited for operations is judged again. */
  async function releaseEarly(groupId: string): Promise<void> {
    for (const [key, { contactId, content: encoded }] of tables.earlyContents.held()) {
      if (!key.startsWith(`${groupId}/`)) continue
      await ledger.change(async (change) => {
        const content = decodeContent(encoded)
        const contact = await change.get(tables.contacts, contactId)
        if ((await change.get(tables.earlyContents, key)) === undefined) return
        change.delete(tables.earlyContents, key)
        if (content === undefined || contact === undefined || contact.state === 'blocked') return
        if ((await judge(change, contactId, contact, content, encoded)) === 'allowed')
          await parts.release(change, contactId, content, encoded)
      })
    }
  }

  for (const [groupId, row] of tables.groups.held()) {
    joining.settle(groupId)
    const { ask } = row
    const invitation = waitingInvitation(row)
    const inviter = invitation && tables.contacts.peek(invitation.contactId)
    const isFollowed = inviter && tables.follows.peek(toHex(inviter.fingerprint))?.following
    const isAsked = inviter && ask && equalBytes(ask.fingerprint, inviter.fingerprint)
    if (isFollowed === true || isAsked === true) welcome(groupId)
  }
  context.background(sweepEarly(context), 'group-sweep-later')
  reach.kick()
  pictures.kick()

  return {
    ...actions,
    ...inviting,
    ...joining,
    setPicture: pictures.setPicture,
    picture: pictures.picture,
    action,
    judge,
    isMember: (groupId) => directory.me(groupId) !== undefined,
    hasMember: (groupId, fingerprint) => directory.get(groupId)?.state?.members.has(fingerprint) === true,
    timerOf: (groupId) => directory.get(groupId)?.state?.timerMs ?? 0,
    nameOf: (groupId) => directory.get(groupId)?.state?.name ?? '',
    personName(groupId, fingerprint) {
      if (fingerprint === myId) return self.row.name
      const contact = contactOf(context, fingerprint)
      if (contact !== undefined && contact[1].peer === undefined) return contact[1].name
      const state = directory.get(groupId)?.state
      return (state?.members.get(fingerprint) ?? state?.former.get(fingerprint))?.name ?? ''
    },
    async unask(change, person) {
      for (const [groupId, { asked, ask }] of tables.groups.held()) {
        if (asked.some(({ fingerprint }) => toHex(fingerprint) === person))
          await inviting.unaskIn(change, groupId, person)
        if (ask !== undefined && toHex(ask.fingerprint) === person) await joining.forgetIn(change, groupId)
      }
    },
    async met(change, contactId) {
      const contact = await change.get(tables.contacts, contactId)
      if (contact !== undefined) await metPerson(change, toHex(contact.fingerprint))
    },
    retry: () => reach.retry(),
    stop() {
      reach.stop()
      pictures.stop()
    },
  }
}
