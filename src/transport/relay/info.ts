// What a relay says of itself at `/.well-known/safelight`. Nothing in it is trusted: shape, sizes and counts are checked.
// Spec: docs/protocol.md §2, §7.

import type { RelayInfo } from '../../protocol/mailbox/command.ts'
import { pushKeyForm } from '../../protocol/mailbox/push.ts'
import { limits } from '../limits.ts'
import { isIceUrl } from './ice-url.ts'

/** The protocol version spoken here. */
const version = 1

const membershipKinds = ['open', 'invite', 'closed'] as const
const limitNames = [
  'envelopeBytes',
  'mailboxEnvelopes',
  'mailboxBytes',
  'segmentBytes',
  'blobBytes',
  'envelopeDays',
  'blobDays',
  'commandsPerRequest',
] as const
/** Multihash in base58, as libp2p writes peer ids of Ed25519 keys and of the older kinds. */
const peerIdForm = /^[1-9A-HJ-NP-Za-km-z]{32,128}$/
const pathForm = /^\/[A-Za-z0-9._~-]{1,64}$/
const iceUrlForm = /^(?:stuns?|turns?):[\x21-\x7e]+$/

export type InfoFailure = 'not-a-relay' | 'relay-version'

export function decodeRelayInfo(text: string): RelayInfo | InfoFailure {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return 'not-a-relay'
  }
  if (!isObject(value) || value['service'] !== 'safelight') return 'not-a-relay'
  const { versions, peerId, webSocketPath, membership, pushKey } = value
  if (!isListOf(versions, isCount)) return 'not-a-relay'
  // A later version may look different in everything but this.
  if (!versions.includes(version)) return 'relay-version'
  const relayLimits = decodeLimits(value['limits'])
  const iceServers = decodeIceServers(value['iceServers'])
  const kind = membershipKinds.find((known) => known === membership)
  if (!isText(peerId, peerIdForm) || !isText(webSocketPath, pathForm)) return 'not-a-relay'
  if (relayLimits === undefined || iceServers === undefined || kind === undefined) return 'not-a-relay'
  const info = { service: 'safelight', versions, peerId, webSocketPath, membership: kind, iceServers } as const
  return {
    ...info,
    limits: relayLimits,
    // Of another form it is one of a later version: nobody can be woken from here.
    ...(isText(pushKey, pushKeyForm) ? { pushKey } : {}),
    ...(value['turn'] === true ? { turn: true } : {}),
  }
}

function decodeLimits(value: unknown): RelayInfo['limits'] | undefined {
  if (!isObject(value)) return undefined
  const counts = limitNames.map((name) => value[name])
  if (!isListOf(counts, isCount)) return undefined
  const [envelopeBytes = 0, mailboxEnvelopes = 0, mailboxBytes = 0, segmentBytes = 0, blobBytes = 0, ...rest] = counts
  const [envelopeDays = 0, blobDays = 0, commandsPerRequest = 0] = rest
  return {
    envelopeBytes,
    mailboxEnvelopes,
    mailboxBytes,
    segmentBytes,
    blobBytes,
    envelopeDays,
    blobDays,
    commandsPerRequest,
  }
}

function decodeIceServers(value: unknown): RelayInfo['iceServers'] | undefined {
  if (!Array.isArray(value) || value.length > limits.iceServers) return undefined
  const servers = value.map((server: unknown) => (isObject(server) ? iceUrls(server['urls']) : undefined))
  if (!servers.every((urls) => urls !== undefined)) return undefined
  // Credentials are asked for elsewhere. A browser that is given a TURN server without them makes no connection at all.
  const open = servers.map((urls) => urls.filter((url) => isIceUrl(url, 'stun')))
  return open.filter((urls) => urls.length > 0).map((urls) => ({ urls }))
}

function iceUrls(value: unknown): readonly string[] | undefined {
  const urls: unknown = typeof value === 'string' ? [value] : value
  const isUrl = (url: unknown): url is string => isText(url, iceUrlForm) && url.length <= limits.iceUrlBytes
  return isListOf(urls, isUrl) && urls.length <= limits.iceServers ? urls : undefined
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isListOf<T>(value: unknown, isItem: (item: unknown) => item is T): value is readonly T[] {
  return Array.isArray(value) && value.every(isItem)
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function isText(value: unknown, form: RegExp): value is string {
  return typeof value === 'string' && form.test(value)
}
