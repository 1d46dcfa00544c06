// `/.well-known/safelight`: what a client has to know of this relay, all it needs besides the origin a person typed.

import type { RelayInfo } from '../../src/protocol/mailbox/command.ts'
import type { RelayLimits } from '../limits.ts'
import { webSocketPath } from './upgrade.ts'

const dayMs = 24 * 60 * 60 * 1000

/** @param host as in the client's request: where it reached the relay over TCP, it reaches its STUN port over UDP */
export function relayInfo(options: {
  readonly peerId: string
  readonly limits: RelayLimits
  readonly membership: RelayInfo['membership']
  readonly pushKey: string | undefined
  readonly stunPort: number | undefined
  readonly turn: boolean
  readonly host: string | undefined
}): RelayInfo {
  const { peerId, limits, pushKey, stunPort } = options
  const hostname = hostnameOf(options.host)
  return {
    service: 'safelight',
    versions: [1],
    peerId,
    webSocketPath,
    membership: options.membership,
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
    ...(pushKey === undefined ? {} : { pushKey }),
    iceServers: stunPort === undefined || hostname === undefined ? [] : [{ urls: `stun:${hostname}:${stunPort}` }],
    ...(options.turn ? { turn: true } : {}),
  }
}

/** Without the port, in a form that cannot be anything else in an address; an IPv6 address keeps its brackets. */
function hostnameOf(host: string | undefined): string | undefined {
  const hostname = URL.canParse(`http://${host ?? ''}`) ? new URL(`http://${host ?? ''}`).hostname : ''
  return /^(?:[a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])$/.test(hostname) ? hostname : undefined
}
