// What was opened takes effect: what it shows of its sender first, then what it says.

import { toHex } from '../../protocol/bytes.ts'
import { decodeContent } from '../../protocol/content/codec.ts'
import type { Content } from '../../protocol/content/content.ts'
import type { Context } from '../context.ts'
import type { GroupIntake } from '../groups/gate.ts'
import { times } from '../limits.ts'
import type { Change } from '../records/ledger.ts'
import type { ContentHandler } from './handle-content.ts'
import type { Outcome } from './intake.ts'
import { showLog } from './key-state.ts'
import type { Notify } from './notice.ts'
import type { Opened } from './opened.ts'
import { isVouchedFor } from './strangers.ts'
import { isThreadBody } from '../thread/bodies.ts'

export type Take = (change: Change, contactId: string, opened: Opened) => Promise<Outcome>

export interface TakeParts {
  readonly handle: ContentHandler
  /** A contact who came by an invite writes to their own mailbox. */
  readonly settled: (change: Change, contactId: string) => Promise<void>
  /** Said in a group: whether it counts. */
  readonly judge: GroupIntake['judge']
  /** Something of theirs was opened that came to this mailbox. */
  readonly arrived: (change: Change, contactId: string, mailboxId: string) => Promise<void>
}

const groupBodies: ReadonlySet<Content['body']['kind']> = new Set([
  'message',
  'reaction',
  'edit',
  'unsend',
  'pin',
  'typing',
])

export function createTake(context: Context, parts: TakeParts, notify: Notify): Take {
  const { tables, clock } = context

  return async (change, contactId, opened) => {
    const contact = await change.get(tables.contacts, contactId)
    const content = decodeContent(opened.content)
    if (contact === undefined) return 'done'
    // From a later version or a faulty sender; the ratchet moved on, so it can never be opened again.
    const isOfGroup = content !== undefined && toHex(content.conversationId) !== contact.conversationId
    if (content === undefined || (isOfGroup && !isOfMyGroups(content))) {
      notify(change, contact)
      return 'unreadable'
    }
    // Nothing that a stranger says belongs to a group, whatever it names: what is not known there would be asked for.
    if (
      contact.state === 'request' &&
      (isOfGroup || !(await isVouchedFor(context, change, contactId, content, opened)))
    )
      return 'done'
    // An old session, or a copy of it, says nothing about their devices of today.
    if (opened.isCurrent) await showLog(context, change, contactId, content.log, opened.isLate)
    if (opened.isCurrent) await compareClocks(change, contactId, content)
    // They write to their own mailbox now, so nothing of theirs comes to the invite's any more.
    if (contact.inviteId !== undefined && contact.mailboxId === opened.mailboxId) await parts.settled(change, contactId)
    await parts.arrived(change, contactId, opened.mailboxId)
    if (!isOfGroup || (await parts.judge(change, contactId, contact, content, opened.content)) === 'allowed')
      await parts.handle(change, contactId, content, opened)
    return 'done'
  }

  /** What two people tell each other of who they are belongs to no group. */
  function isOfMyGroups({ conversationId, body }: Content): boolean {
    const id = toHex(conversationId)
    const isKnown = [...tables.groups.held()].some(([, row]) => row.conversationId === id)
    return isKnown && groupBodies.has(body.kind)
  }

  /** What was written later than it comes shows that their clock is ahead of mine. */
  async function compareClocks(change: Change, contactId: string, { sentAtMs, body }: Content): Promise<void> {
    // Said to be after something of somebody whose clock is ahead, whatever theirs shows.
    if (isThreadBody(body) || body.kind === 'timer') return
    const held = await change.get(tables.sessions, contactId)
    const aheadMs = Math.min(sentAtMs - clock.now(), times.futureMs)
    if (held !== undefined && aheadMs > (held.aheadMs ?? 0))
      change.put(tables.sessions, contactId, { ...held, aheadMs })
  }
}
