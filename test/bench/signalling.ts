// What the peer libraries of the bench find each other with, on this machine alone: a PeerServer and a WebTorrent tracker
// in this process, as far as two browsers need them.

import type { AddressInfo } from 'node:net'
import type { WebSocket } from 'ws'
import { WebSocketServer } from 'ws'

export interface Signalling extends AsyncDisposable {
  readonly port: number
}

type Message = Readonly<Record<string, unknown>>

export async function startSignalling(): Promise<Signalling> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await new Promise((resolve) => server.once('listening', resolve))
  const peers = new Map<string, WebSocket>()
  const swarms = new Map<string, Map<string, WebSocket>>()
  server.on('connection', (socket, request) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    if (url.pathname === '/announce') tracker(socket, swarms)
    else peerServer(socket, url.searchParams.get('id') ?? '', peers)
  })
  const address = server.address()
  return {
    port: isAddress(address) ? address.port : 0,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        for (const client of server.clients) client.terminate()
        server.close(() => resolve())
      }),
  }
}

/** PeerJS: hands messages to whom they are for. */
function peerServer(socket: WebSocket, id: string, peers: Map<string, WebSocket>): void {
  peers.set(id, socket)
  tell(socket, { type: 'OPEN' })
  onMessage(socket, (message) => {
    const { type, payload, dst } = message
    const other = typeof dst === 'string' ? peers.get(dst) : undefined
    if (other !== undefined) tell(other, { type, payload, src: id, dst })
  })
}

/** WebTorrent: hands an offer to the other one in the swarm, and the answer back. */
function tracker(socket: WebSocket, swarms: Map<string, Map<string, WebSocket>>): void {
  onMessage(socket, ({ action, info_hash, peer_id, to_peer_id, offers, answer, offer_id, event }) => {
    if (action !== 'announce' || typeof info_hash !== 'string' || typeof peer_id !== 'string') return
    const swarm = swarms.get(info_hash) ?? new Map<string, WebSocket>()
    swarms.set(info_hash, swarm)
    if (event === 'stopped') return void swarm.delete(peer_id)
    swarm.set(peer_id, socket)
    if (typeof to_peer_id === 'string') {
      const other = swarm.get(to_peer_id)
      if (other !== undefined) tell(other, { action, info_hash, peer_id, answer, offer_id })
      return
    }
    const others = [...swarm].filter(([id]) => id !== peer_id)
    tell(socket, { action, info_hash, interval: 120, complete: 1, incomplete: others.length })
    const [first]: readonly unknown[] = Array.isArray(offers) ? offers : []
    if (!isMessage(first)) return
    for (const [, other] of others)
      tell(other, { action, info_hash, peer_id, offer: first['offer'], offer_id: first['offer_id'] })
  })
}

function onMessage(socket: WebSocket, handle: (message: Message) => void): void {
  socket.on('message', (data: Buffer) => {
    const message: unknown = JSON.parse(data.toString())
    if (isMessage(message)) handle(message)
  })
}

function tell(socket: WebSocket, message: Message): void {
  socket.send(JSON.stringify(message))
}

function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null
}

function isAddress(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null
}
