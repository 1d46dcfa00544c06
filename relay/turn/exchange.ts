// One line to a TURN server, over whatever its address names: UDP, TCP or TLS.

import { createSocket } from 'node:dgram'
import { connect as connectTcp } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { TurnAnswer, TurnRequest } from './message.ts'

const waitMs = 3000
/** Datagrams get lost. */
const tries = 3
const longestAnswer = 4096

export interface TurnAddress {
  readonly host: string
  readonly port: number
  readonly carrier: 'udp' | 'tcp' | 'tls'
}

export interface TurnLine {
  /** Undefined: no answer in time, or the line is gone. */
  ask(request: TurnRequest): Promise<TurnAnswer | undefined>
  close(): void
}

/** Undefined: not an address of a TURN server (RFC 7065), or one over DTLS, which is not asked here. */
export function parseTurnUrl(url: string): TurnAddress | undefined {
  const [, scheme, host, port, transport] =
    /^(turns?):([a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::([1-9]\d{0,4}))?(?:\?transport=(udp|tcp))?$/i.exec(url) ?? []
  if (scheme === undefined || host === undefined) return undefined
  const isTls = scheme.toLowerCase() === 'turns'
  const number = Number(port ?? (isTls ? 5349 : 3478))
  if (number > 65_535 || (isTls && transport === 'udp')) return undefined
  const carrier = isTls ? 'tls' : transport === 'tcp' ? 'tcp' : 'udp'
  return { host: host.replace(/^\[|\]$/g, ''), port: number, carrier }
}

export function openTurnLine(address: TurnAddress): TurnLine {
  return address.carrier === 'udp' ? udpLine(address) : tcpLine(address)
}

type Hear = (bytes: Buffer) => void

function udpLine({ host, port }: TurnAddress): TurnLine {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
  let hear: Hear | undefined
  socket.on('message', (bytes) => hear?.(bytes))
  socket.on('error', () => undefined)
  return {
    ask: (request) =>
      answerTo(request, (heard) => {
        hear = heard
        for (let count = 0; count < tries; count++) socket.send(request.bytes, port, host, () => undefined)
      }),
    close: () => void socket.close(),
  }
}

function tcpLine({ host, port, carrier }: TurnAddress): TurnLine {
  const servername = /^[\d.:]+$/.test(host) || host.includes(':') ? undefined : host
  const socket =
    carrier === 'tls'
      ? connectTls({ host, port, ...(servername === undefined ? {} : { servername }) })
      : connectTcp({ host, port })
  let hear: Hear | undefined
  let rest = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk])
    if (rest.length > longestAnswer) socket.destroy()
    while (rest.length >= 20 && rest.length >= 20 + rest.readUInt16BE(2)) {
      const end = 20 + rest.readUInt16BE(2)
      hear?.(rest.subarray(0, end))
      rest = rest.subarray(end)
    }
  })
  const lost = new Promise<undefined>((resolve) => {
    socket.on('error', () => resolve(undefined))
    socket.on('close', () => resolve(undefined))
  })
  return {
    ask: (request) =>
      Promise.race([
        lost,
        answerTo(request, (heard) => {
          hear = heard
          socket.write(request.bytes)
        }),
      ]),
    close: () => void socket.destroy(),
  }
}

function answerTo(request: TurnRequest, send: (hear: Hear) => void): Promise<TurnAnswer | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), waitMs)
    send((bytes) => {
      const answer = request.answer(bytes)
      if (answer === undefined) return
      clearTimeout(timer)
      resolve(answer)
    })
  })
}
