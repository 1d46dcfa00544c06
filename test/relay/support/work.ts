// A stranger who does the work that a relay asks for, or pretends to.

import { deriveMailboxId, envelopeId } from '../../../src/protocol/mailbox/capability.ts'
import type { MailboxReply } from '../../../src/protocol/mailbox/command.ts'
import type { Work, WorkChallenge } from '../../../src/protocol/mailbox/work.ts'
import { searchWork, workSeed } from '../../../src/protocol/mailbox/work.ts'

export function challengeIn(reply: MailboxReply | undefined): WorkChallenge {
  if (reply?.kind !== 'error' || reply.work === undefined) throw new Error('no work is asked for')
  return reply.work
}

/** The work for this envelope; `bits` other than asked for is cheating. */
export function doWork(
  { token, bits }: WorkChallenge,
  deposit: { readonly writeKey: Uint8Array; readonly envelope: Uint8Array },
  cheat: { readonly bits?: number } = {},
): Work {
  const mailboxId = deriveMailboxId(deposit.writeKey)
  const seed = workSeed({ token, mailboxId, envelopeId: envelopeId(deposit.envelope) })
  const isEnough = (nonce: number): boolean =>
    cheat.bits === undefined || searchWork(seed, bits, nonce, 1) === undefined
  for (let first = 0; first < 2 ** 24;) {
    const nonce = searchWork(seed, cheat.bits ?? bits, first, 2 ** 24)
    if (nonce === undefined) break
    if (isEnough(nonce)) return { token, nonce }
    first = nonce + 1
  }
  throw new Error('no nonce found')
}
