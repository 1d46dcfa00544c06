// A page with nothing but the transport, for tests to drive: it echoes frames and serves segments to whoever dials.

import type { PeerLink } from '../../../../src/messenger/ports/peer-link.ts'
import type { Transport } from '../../../../src/messenger/ports.ts'
import { browserTransport } from '../../../../src/transport/browser.ts'

export interface DrivenPage {
  /** Resolves with this device's peer id when the relay is live. */
  start(relayUrl: string): Promise<string>
  /** Dials, sends a frame, waits for its echo. */
  dial(relayUrl: string, peerId: string): Promise<void>
  /** From now on no connection is made but through a TURN server. */
  onlyThroughTurn(): void
  /** Opens a mailbox at the relay and follows it. */
  follow(relayUrl: string): Promise<void>
  /** How this device was reached, in the last connection. */
  candidateTypes(): Promise<string[]>
  /** Fetches segments over the last link; resolves with the indexes that came whole. */
  fetch(count: number): Promise<number[]>
  hangUp(): Promise<void>
  lastLinkClosed(): Promise<void>
  readonly inboundLinks: number
  /** ICE servers of all connections made so far. */
  readonly iceServers: unknown[]
}

declare global {
  var driven: DrivenPage
}

const segmentBytes = 256 * 1024
const blobId = '0d'.repeat(32)

let transport: Transport | undefined
let lastLink: PeerLink | undefined
let inboundLinks = 0
const iceServers: unknown[] = []
let policy: RTCIceTransportPolicy = 'all'
const connections: RTCPeerConnection[] = []

globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(configuration?: RTCConfiguration) {
    super({ ...configuration, iceTransportPolicy: policy })
    connections.push(this)
    iceServers.push(configuration?.iceServers)
  }
}

globalThis.driven = {
  async start(relayUrl) {
    const started = browserTransport({
      clock: {
        now: () => Date.now(),
        after(delayMs, callback) {
          const timer = setTimeout(callback, delayMs)
          return () => clearTimeout(timer)
        },
      },
      random: { bytes: (length) => crypto.getRandomValues(new Uint8Array(length)) },
      log: { debug() {}, warn() {}, error() {} },
    })
    transport = started
    const live = Promise.withResolvers<void>()
    await started.start({
      relay({ state }) {
        if (state === 'live') live.resolve()
      },
      push() {},
      peer(link) {
        inboundLinks++
        lastLink = link
        link.onFrame((frame) => link.send(frame))
        link.serve((_blobId, index) => Promise.resolve(new Uint8Array(segmentBytes).fill(index)))
      },
    })
    started.keepRelays([relayUrl])
    await live.promise
    return started.peerId ?? ''
  },
  async dial(relayUrl, peerId) {
    const link = await transport?.dial(relayUrl, peerId)
    if (link === undefined) throw new Error('not started')
    lastLink = link
    link.serve(() => Promise.resolve(undefined))
    const echoed = new Promise<Uint8Array>((resolve) => {
      link.onFrame(resolve)
    })
    await link.send(new Uint8Array(1000).fill(9))
    const echo = await echoed
    if (echo.length !== 1000 || echo.some((byte) => byte !== 9)) throw new Error('not the same frame')
  },
  onlyThroughTurn() {
    policy = 'relay'
  },
  async follow(relayUrl) {
    const readKey = crypto.getRandomValues(new Uint8Array(32))
    const replies = await transport?.relay(relayUrl).call([
      { kind: 'open', readKey, tier: 'contact' },
      { kind: 'subscribe', readKeys: [readKey] },
    ])
    if (replies?.some(({ kind }) => kind !== 'ok')) throw new Error('not followed')
  },
  async candidateTypes() {
    const report = await connections.at(-1)?.getStats()
    const types: string[] = []
    report?.forEach((entry: { readonly type: string; readonly candidateType?: string }) => {
      if (entry.type === 'local-candidate') types.push(entry.candidateType ?? '')
    })
    return [...new Set(types)]
  },
  async fetch(count) {
    const whole: number[] = []
    await lastLink?.fetchSegments(
      blobId,
      Array.from({ length: count }, (_, index) => index),
      (index, bytes) => {
        if (bytes.length === segmentBytes && bytes.every((byte) => byte === index)) whole.push(index)
        return Promise.resolve()
      },
    )
    return whole.toSorted((a, b) => a - b)
  },
  hangUp: async () => await lastLink?.close(),
  lastLinkClosed: async () => await lastLink?.closed,
  get inboundLinks() {
    return inboundLinks
  },
  iceServers,
}
