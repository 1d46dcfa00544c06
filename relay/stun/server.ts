// Answers STUN on UDP, so that browsers behind a router find the address they can be reached at without asking a company.
// Nothing is kept and nothing is written down.

import type { Socket } from 'node:dgram'
import { createSocket } from 'node:dgram'
import type { TokenBuckets } from '../mailbox/token-bucket.ts'
import { answerBinding } from './message.ts'

export interface StunServer {
  readonly port: number
  close(): Promise<void>
}

/** Rejects when the port cannot be had. */
export async function startStun(options: {
  readonly port: number
  /** Undefined: all. */
  readonly host: string | undefined
  /** Answers to one address. */
  readonly rates: TokenBuckets
  readonly answered: () => void
}): Promise<StunServer> {
  // One socket for both families where the machine has both; with a host given, that host's.
  const socket =
    options.host === undefined
      ? await bind(createSocket('udp6'), options.port, undefined).catch(() =>
          bind(createSocket('udp4'), options.port, undefined),
        )
      : await bind(createSocket(options.host.includes(':') ? 'udp6' : 'udp4'), options.port, options.host)
  socket.on('message', (request, from) => {
    if (options.rates.take(from.address, 1) !== undefined) return
    const answer = answerBinding(request, from)
    if (answer === undefined) return
    options.answered()
    // Not delivered is like lost on the way: the browser asks again.
    socket.send(answer, from.port, from.address, () => undefined)
  })
  // An ICMP error of an earlier answer comes here; there is nothing to do about it.
  socket.on('error', () => undefined)
  return {
    port: socket.address().port,
    close: () =>
      new Promise((resolve) => {
        socket.close(() => resolve())
      }),
  }
}

function bind(socket: Socket, port: number, host: string | undefined): Promise<Socket> {
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close()
      reject(error)
    })
    socket.bind({ port, ...(host === undefined ? {} : { address: host }) }, () => {
      socket.removeAllListeners('error')
      resolve(socket)
    })
  })
}
