// How many sealed envelopes that are no messages wait to go out to a contact. While those before it cannot, another one
// does not help: a contact chooses where they go, so each would only fill this device.

import type { Context } from '../context.ts'
import { limits } from '../limits.ts'

/** False: what is to be said waits unsealed. */
export function maySealControl({ tables }: Pick<Context, 'tables'>, contactId: string): boolean {
  let waiting = 0
  for (const [key, { messageId, envelopeAt }] of tables.outbox.held())
    if (messageId === undefined && envelopeAt === 'here' && key.startsWith(`${contactId}/`)) waiting += 1
  return waiting < limits.waitingControls
}
