// `/.well-known/safelight`: what a client has to know of this relay, all it needs besides the origin a person typed.

import type { RelayInfo } from '../../src/protocol/mailbox/command.ts'
import type { RelayLimits } from '../limits.ts'
import { webSocketPath } from './upgrade.ts'

const dayMs = 24 * 60 * 60 * 1000

export function relayInfo(peerId: string, limits: RelayLimits): RelayInfo {
  return {
    service: 'safelight',
    versions: [1],
    peerId,
    webSocketPath,
    membership: 'open',
    limits: {
      envelopeBytes: limits.envelopeBytes,
      mailboxEnvelopes: limits.mailboxEnvelopes,
      mailboxBytes: limits.mailboxBytes,
      segmentBytes: limits.segmentBytes,
      blobBytes: limits.blobBytes,
      envelopeDays: limits.envelopeMs / dayMs,
      blobDays: limits.blobMs / dayMs,
      commandsPerRequest: limits.commandsPerRequest,
    },
    iceServers: [],
  }
}
