// The replies that say no, or just yes.

import type { MailboxReply, RelayErrorCode } from '../../src/protocol/mailbox/command.ts'

/** Nobody is told to wait for longer. */
const longestWaitMs = 24 * 60 * 60 * 1000

export function failure(code: RelayErrorCode): MailboxReply {
  return { kind: 'error', code }
}

export function tooMany(waitMs: number): Extract<MailboxReply, { readonly kind: 'error' }> {
  return { kind: 'error', code: 'too-many-requests', retryAfterMs: Math.min(waitMs, longestWaitMs) }
}

export function okOrFailure(result: 'ok' | RelayErrorCode): MailboxReply {
  return result === 'ok' ? { kind: 'ok' } : failure(result)
}
