// What others say about groups, in the conversation of two: invitations, consents, operations, comparisons. Nothing of it is
// believed that is not signed by whom it is about. Spec: docs/protocol.md §9.

import { equalBytes, fromHex, toHex } from '../../protocol/bytes.ts'
import type { Body } from '../../protocol/content/content.ts'
import { openConsent } from '../../protocol/group/consent.ts'
import { judgeMessage } from '../../protocol/group/message.ts'
import { verifyOperation } from '../../protocol/group/operation.ts'
import { headsFor, operationsSince, unknownHeads } from '../../protocol/group/sync.ts'
import { openCertificate } from '../../protocol/identity/certificate.ts'
import type { Context } from '../context.ts'
import type { SendAction } from '../delivery/actions.ts'
import { limits, times } from '../limits.ts'
import type { Change } from '../records/ledger.ts'
import type { ContactRow } from '../records/rows.ts'
import { createAllowance } from './allowance.ts'
import type { GroupDirectory } from './directory.ts'
import { makeRoom } from './early.ts'
import type { GroupIntake } from './gate.ts'
import type { Joining } from './joining.ts'
import type { Merge } from './merge.ts'
import { createOperation } from './operate.ts'
import type { Pictures } from './pictures.ts'
import type { Spread } from './spread.ts'
import { waitingInvitation } from './waiting-invitation.ts'

export type GroupBody = Extract<
  Body,
  { kind: 'invitation' | 'consent' | 'operations' | 'compare' | 'picture' | 'join' | 'joining' }
>

export interface ReceivedParts {
  readonly directory: GroupDirectory
  readonly merge: Merge
  readonly spread: Spread
  readonly send: SendAction
  /** Somebody whom I follow invited me, or whom I asked to. */
  readonly welcome: (groupId: string) => void
  readonly pictures: Pick<Pictures, 'received' | 'give'>
  readonly joining: Pick<Joining, 'received'>
}

export function createReceived(context: Context, parts: ReceivedParts): GroupIntake['action'] {
  const { tables, clock, events } = context
  const { directory, merge, spread, send, welcome, pictures, joining } = parts
  /** When somebody was last asked for what I lack: a log that is full for one of us must not go round and round. */
  const comparedAt = new Map<string, number>()
  const allowance = createAllowance(context)

  return async (change, contactId, contact, body) => {
    switch (body.kind) {
      case 'invitation':
        return invitation(change, contactId, contact, body)
      case 'consent':
        return consent(change, contact, body.consent)
      case 'operations':
        return operations(change, contactId, contact, body)
      case 'compare':
        return compare(change, contactId, contact, body)
      case 'picture':
        return pictures.received(change, contactId, contact, body)
      case 'join':
      case 'joining':
        return joining.received(change, contactId, contact, body)
    }
  }

  async function invitation(
    change: Change,
    contactId: string,
    contact: ContactRow,
    { invitation: id, first, name, people, text }: Extract<GroupBody, { kind: 'invitation' }>,
  ): Promise<void> {
    if (contact.state !== 'accepted') return
    const operation = verifyOperation(first)
    if (operation?.action.kind !== 'create') return
    const groupId = operation.id
    const known = await change.get(tables.groups, groupId)
    const isAsked = known?.ask !== undefined && equalBytes(known.ask.fingerprint, contact.fingerprint)
    // Who is in a group with me asks me by themselves first.
    if (contact.peer !== undefined && !isAsked) return
    // Of a member a new one says nothing; one that waits is replaced by a newer one.
    if (directory.me(groupId) !== undefined) return
    const waiting = [...tables.groups.held()].filter(
      ([other, row]) => other !== groupId && waitingInvitation(row)?.contactId === contactId,
    )
    if (
      waiting.length >= limits.invitationsOfOne ||
      (known === undefined && [...tables.groups.held()].length >= limits.groups)
    )
      return
    // My word to somebody else, or my question, stands: what comes of that is heard, whatever becomes of this one.
    const standing = known?.stage === 'consented' || known?.stage === 'asking' ? known.stage : undefined
    change.put(tables.groups, groupId, {
      conversationId: groupId.slice(0, 32),
      asked: [],
      ...known,
      stage: standing ?? 'invited',
      ...(standing === undefined ? {} : { again: true }),
      invitation: { id, contactId, name, people, at: clock.now(), ...(text === undefined ? {} : { text }) },
    })
    const isFollowed = tables.follows.peek(toHex(contact.fingerprint))?.following === true
    change.after(() => {
      if (isFollowed || isAsked) welcome(groupId)
      events.emit('change', { what: 'requests', id: groupId })
    })
  }

  async function consent(change: Change, contact: ContactRow, bytes: Uint8Array): Promise<void> {
    const given = openConsent(bytes, openCertificate)
    if (given === undefined || !equalBytes(given.certificate.fingerprint, contact.fingerprint)) return
    const groupId = toHex(given.group)
    const row = await change.get(tables.groups, groupId)
    const asked = row?.asked.find(
      ({ id, fingerprint }) => equalBytes(id, given.invitation) && equalBytes(fingerprint, contact.fingerprint),
    )
    const group = directory.get(groupId)
    if (row === undefined || asked === undefined || group === undefined || clock.now() > given.expiresAtMs) return
    const me = directory.me(groupId)
    if (me === undefined || (me.role !== 'admin' && group.state?.settings.adders !== 'members')) return
    change.put(tables.groups, groupId, { ...row, asked: row.asked.filter((entry) => entry !== asked) })
    const operation = createOperation(context, directory, groupId, { kind: 'add', consent: bytes, isAdmin: false })
    const { before, after, added } = await merge(change, groupId, [operation])
    const newcomer = toHex(contact.fingerprint)
    const others = [...(before?.members.keys() ?? [])].filter((person) => person !== newcomer)
    await spread(change, after, operationsSince(after.log, []), [newcomer])
    await spread(change, after, added, others)
    if (after.state?.members.has(newcomer) === true) await pictures.give(change, after, newcomer)
  }

  async function operations(
    change: Change,
    contactId: string,
    contact: ContactRow,
    { group, heads, operations: bytes }: Extract<GroupBody, { kind: 'operations' }>,
  ): Promise<void> {
    if (contact.state !== 'accepted') return
    const groupId = toHex(group)
    // Only of a group that I said yes to: everything else is somebody's wish to fill this device.
    const row = await change.get(tables.groups, groupId)
    if (row === undefined || row.stage === 'invited' || row.stage === 'asking') return
    const { after } = await merge(change, groupId, directory.verify(groupId, bytes))
    if (unknownHeads(after.log, heads).length > 0) await ask(change, contactId, contact, group, after.log)
  }

  async function ask(
    change: Change,
    contactId: string,
    { conversationId }: ContactRow,
    group: Uint8Array,
    log: Parameters<typeof unknownHeads>[0],
  ): Promise<void> {
    const key = `${contactId}/${toHex(group)}`
    const now = clock.now()
    if (now - (comparedAt.get(key) ?? -Infinity) < times.compareRestMs) return
    comparedAt.set(key, now)
    const heads = log.heads.slice(-8).map(({ operation }) => operation.hash)
    if (heads.length > 0)
      await send(change, { conversationId, contactIds: [contactId] }, { kind: 'compare', group, heads })
  }

  async function compare(
    change: Change,
    contactId: string,
    contact: ContactRow,
    { group, heads }: Extract<GroupBody, { kind: 'compare' }>,
  ): Promise<void> {
    const known = directory.get(toHex(group))
    const person = toHex(contact.fingerprint)
    const { state } = known ?? {}
    // Who was removed may know of that, and of nothing that came after.
    if (known === undefined || state?.members.has(person) !== true) return
    await spread(change, known, allowance(contactId, known, operationsSince(known.log, heads)), [person])
    // They know something that I do not: whoever told them alone gains nothing by it.
    if (unknownHeads(known.log, heads).length > 0) await ask(change, contactId, contact, group, known.log)
  }
}

/** What is said in a group counts by the log as it is here, or waits for the operations that it names. */
export function createJudge(context: Context, directory: GroupDirectory, send: SendAction): GroupIntake['judge'] {
  const { tables, clock, self } = context
  const comparedAt = new Map<string, number>()

  return async (change, contactId, contact, content, encoded) => {
    if (contact.state === 'request' || contact.state === 'blocked') return 'refused'
    const [groupId, row] = [...tables.groups.held()].find(
      ([, entry]) => entry.conversationId === toHex(content.conversationId),
    ) ?? ['', undefined]
    const group = directory.get(groupId)
    if (row === undefined || row.stage === 'invited' || row.stage === 'asking') return 'refused'
    const verdict =
      group?.state === undefined
        ? 'later'
        : judgeMessage(group.log, group.state, { author: contact.fingerprint, groupHeads: content.groupHeads })
    if (verdict === 'allowed') return directory.me(groupId) === undefined ? 'refused' : verdict
    if (verdict === 'refused') return verdict
    makeRoom(context, change, contactId, encoded.length)
    change.put(tables.earlyContents, `${groupId}/${toHex(content.messageId)}`, {
      contactId,
      content: encoded,
      at: clock.now(),
    })
    const heads = group?.state === undefined ? [] : headsFor(group.log, group.state, self.fingerprint)
    const bytes = fromHex(groupId)
    if (heads.length > 0 && bytes !== undefined && isDue(contactId))
      await send(
        change,
        { conversationId: contact.conversationId, contactIds: [contactId] },
        { kind: 'compare', group: bytes, heads },
      )
    return verdict
  }

  function isDue(contactId: string): boolean {
    const now = clock.now()
    if (now - (comparedAt.get(contactId) ?? -Infinity) < times.compareRestMs) return false
    comparedAt.set(contactId, now)
    return true
  }
}
