// A request that nobody answered may have been damaged on its way, or lost: it is made again, once a day for a week. There is
// nothing to begin anew with yet, and whoever got the first one takes no notice of another (docs/protocol.md §6).

import { deriveWriteKey } from '../../protocol/mailbox/capability.ts'
import type { Context } from '../context.ts'
import { times } from '../limits.ts'
import type { Change } from '../records/ledger.ts'
import type { ContactRow } from '../records/rows.ts'
import { isOver } from '../wait.ts'
import type { Sealer } from './seal.ts'

/** Makes those requests again for which it is time. */
export type AskAgain = () => Promise<void>

/** Seals the request that the contact's row has, from the mailbox that it names. */
export async function ask(context: Context, sealer: Sealer, change: Change, contactId: string): Promise<void> {
  const { tables, self, clock } = context
  const contact = await change.get(tables.contacts, contactId)
  const mailbox = await change.get(tables.mailboxes, contact?.mailboxId ?? '')
  if (contact?.request === undefined || mailbox === undefined || mailbox.closing) return
  const { messageId, text } = contact.request
  change.put(tables.contacts, contactId, { ...contact, request: { ...contact.request, askedAt: clock.now() } })
  const address = { relay: mailbox.relay, writeKey: deriveWriteKey(mailbox.readKey) }
  await sealer.seal(
    change,
    contactId,
    { kind: 'request', name: self.row.name, mailbox: address, ...(text === undefined ? {} : { text }) },
    { messageId, sentAtMs: clock.now() },
  )
}

export function createAskAgain(context: Context, sealer: Sealer): AskAgain {
  const { tables, ledger, clock } = context

  const isDue = ({ state, request }: ContactRow): boolean =>
    state === 'asked' &&
    request !== undefined &&
    isOver(request.askedAt, times.askAgainMs, clock.now()) &&
    !isOver(request.firstAt, times.askForMs, clock.now())

  return async () => {
    for (const [contactId, contact] of tables.contacts.held())
      if (isDue(contact)) await ledger.change((change) => ask(context, sealer, change, contactId))
  }
}
