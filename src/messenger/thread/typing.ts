// That somebody writes. Told over a direct connection that stands, never through a relay: there it would come too late, and
// tell the relay when a person is at work. Nothing of it is kept; one that is lost is a key that nobody uses.

import { deriveMailboxId } from '../../protocol/mailbox/capability.ts'
import type { Context } from '../context.ts'
import type { ConversationMark, Sealer } from '../delivery/seal.ts'
import type { Links } from '../direct/links.ts'

export type TellTyping = (
  contactIds: readonly string[],
  isTyping: boolean,
  conversation?: ConversationMark,
) => Promise<void>

export function createTellTyping(context: Context, sealer: Sealer, links: Links): TellTyping {
  const { tables, ledger, self } = context

  const isBusy = (contactId: string): boolean =>
    [...tables.outbox.held()].some(([key, { envelopeAt }]) => envelopeAt === 'here' && key.startsWith(`${contactId}/`))

  return async (contactIds, isTyping, conversation) => {
    if (self.row.typing === false) return
    for (const contactId of contactIds) {
      const link = links.current(contactId)
      const theirs = tables.contacts.peek(contactId)?.theirs
      // What waits to be sent says more than that something is being written.
      if (link === undefined || theirs === undefined || isBusy(contactId)) continue
      const envelope = await ledger.change((change) =>
        sealer.sealPassing(change, contactId, { kind: 'typing', isTyping }, conversation),
      )
      if (envelope === undefined) continue
      const sent = link.sendEnvelope(deriveMailboxId(theirs.writeKey), envelope)
      context.background(sent, 'typing-lost')
    }
  }
}
