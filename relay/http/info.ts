// `/.well-known/safelight`: what a client has to know of this relay, all it needs besides the origin a person typed.

import type { RelayInfo } from '../../src/protocol/mailbox/command.ts'
import type { Rate, RelayLimits } from '../limits.ts'
import { webSocketPath } from './upgrade.ts'

const dayMs = 24 * 60 * 60 * 1000

/**
 * Beside what clients of this version look at: what else is in force, for people and later programs. Clients pass over what they do
 * not know.
 */
export interface PublishedInfo extends RelayInfo {
  readonly limits: RelayInfo['limits'] & ReturnType<typeof otherLimits>
  readonly rates: Readonly<Record<string, Rate>>
}

/** @param host as in the client's request: where it reached the relay over TCP, it reaches its STUN port over UDP */
export function relayInfo(options: {
  readonly peerId: string
  readonly limits: RelayLimits
  readonly membership: RelayInfo['membership']
  readonly pushKey: string | undefined
  readonly stunPort: number | undefined
  readonly turn: boolean
  readonly host: string | undefined
}): PublishedInfo {
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
      // Whole numbers, or clients do not take it for a relay.
      envelopeDays: Math.floor(limits.envelopeMs / dayMs),
      blobDays: Math.floor(limits.blobMs / dayMs),
      commandsPerRequest: limits.commandsPerRequest,
      ...otherLimits(limits),
    },
    rates: ratesOf(limits),
    ...(pushKey === undefined ? {} : { pushKey }),
    iceServers: stunPort === undefined || hostname === undefined ? [] : [{ urls: `stun:${hostname}:${stunPort}` }],
    ...(options.turn ? { turn: true } : {}),
  }
}

function otherLimits(limits: RelayLimits) {
  return {
    inviteEnvelopes: limits.inviteEnvelopes,
    inviteBytes: limits.inviteBytes,
    inviteFreeEnvelopes: limits.inviteFreeEnvelopes,
    workBits: limits.workBits,
    mailboxBlobBytes: limits.mailboxBlobBytes,
    inviteBlobBytes: limits.inviteBlobBytes,
    blobSegments: limits.blobSegments,
    mailboxIdleDays: limits.mailboxIdleMs / dayMs,
    inviteIdleDays: limits.inviteIdleMs / dayMs,
    tombstoneDays: limits.tombstoneMs / dayMs,
    bundleMainBytes: limits.bundleMainBytes,
    bundleOneTimeBytes: limits.bundleOneTimeBytes,
    bundlePool: limits.bundlePool,
    bundleOneTimeDays: limits.bundleOneTimeMs / dayMs,
    takesPerMailbox: limits.takesPerMailbox,
    takesPerRequest: limits.takesPerRequest,
    requestBytes: limits.requestBytes,
    answerBytes: limits.answerBytes,
    answerEnvelopes: limits.answerEnvelopes,
    pushBytes: limits.pushBytes,
    pushEnvelopes: limits.pushEnvelopes,
    pushDevices: limits.pushDevices,
    streamsPerConnection: limits.streamsPerConnection,
    subscriptionsPerConnection: limits.subscriptionsPerConnection,
    connectionsPerAddress: limits.connectionsPerAddress,
    bodyBytesPerAddress: limits.bodyBytesPerAddress,
    answerBytesPerAddress: limits.answerBytesPerAddress,
    streamBytesPerAddress: limits.streamBytesPerAddress,
    answerMs: limits.answerMs,
  }
}

/** Each is `{ burst, perSecond }`. */
function ratesOf(limits: RelayLimits): Readonly<Record<string, Rate>> {
  return Object.fromEntries(Object.entries(limits).filter(isRate))
}

function isRate(entry: [string, number | Rate]): entry is [string, Rate] {
  return typeof entry[1] === 'object'
}

/** Without the port, in a form that cannot be anything else in an address; an IPv6 address keeps its brackets. */
function hostnameOf(host: string | undefined): string | undefined {
  const hostname = URL.canParse(`http://${host ?? ''}`) ? new URL(`http://${host ?? ''}`).hostname : ''
  return /^(?:[a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])$/.test(hostname) ? hostname : undefined
}
