// Credentials for the TURN server of this relay's operator.

import { limits as protocol } from '../../src/protocol/limits.ts'
import type { MailboxReply } from '../../src/protocol/mailbox/command.ts'
import type { RelayLimits } from '../limits.ts'
import type { Metrics } from '../metrics.ts'
import type { TurnConfig } from '../turn/credentials.ts'
import { turnCredentials } from '../turn/credentials.ts'
import type { Batch } from './batch.ts'
import type { Hub } from './hub.ts'
import type { Rates } from './rates.ts'
import { failure, tooMany } from './replies.ts'

export interface TurnOptions {
  /** Undefined: there is none. */
  readonly turn: TurnConfig | undefined
  readonly hub: Hub
  readonly rates: Rates
  readonly limits: RelayLimits
  readonly metrics: Metrics
}

/** For who has a mailbox here, not for everybody on the web: what passes the TURN server costs its operator. */
export function giveTurn({ caller, nowMs }: Batch, options: TurnOptions): MailboxReply {
  const { turn: server, hub, rates, limits, metrics } = options
  const { stream } = caller
  if (server === undefined || stream === undefined) return failure('bad-request')
  if (hub.count(stream.listener) === 0) return failure('unknown-mailbox')
  const waitMs = rates.turns(caller)
  if (waitMs !== undefined) return tooMany(waitMs)
  const { urls, secret } = server
  metrics.count('safelight_turn_credentials_total')
  const lifetimeMs = Math.min(limits.turnMs, protocol.turnMs)
  return { kind: 'turn', urls, ...turnCredentials(secret, nowMs + lifetimeMs), lifetimeMs }
}
