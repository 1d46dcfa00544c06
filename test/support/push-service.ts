// A push service on this machine, with the certificate of test/fixtures: takes pushes and answers as a test wants.

import { readFileSync } from 'node:fs'
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { once } from 'node:events'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { fileURLToPath } from 'node:url'

/** For `NODE_EXTRA_CA_CERTS` of a process that has to trust it. */
export const loopbackTls = fileURLToPath(new URL('../fixtures/loopback-tls.pem', import.meta.url))
const pem = readFileSync(loopbackTls, 'utf8')

export interface TakenPush {
  readonly path: string
  readonly method: string
  readonly headers: IncomingHttpHeaders
  readonly bodyBytes: number
}

export interface PushService extends AsyncDisposable {
  readonly port: number
  readonly taken: readonly TakenPush[]
  endpoint(path: string): string
  /** Resolves once that many pushes were taken, with the last of them. */
  count(pushes: number): Promise<TakenPush>
  /** From now on; 201 by itself. */
  answer(how: (response: ServerResponse, push: TakenPush) => void): void
}

/** This process trusts the certificate from now on. */
export async function startPushService(): Promise<PushService> {
  const trusted = getCACertificates('default')
  if (!trusted.includes(pem)) setDefaultCACertificates([...trusted, pem])
  const taken: TakenPush[] = []
  const waiting = new Set<() => void>()
  let respond = (response: ServerResponse, _push: TakenPush): void => {
    response.writeHead(201).end()
  }
  const server = createServer({ cert: pem, key: pem }, (request, response) => {
    let bodyBytes = 0
    request.on('data', (chunk: Buffer) => (bodyBytes += chunk.length))
    request.on('end', () => {
      const push = { path: request.url ?? '', method: request.method ?? '', headers: request.headers, bodyBytes }
      taken.push(push)
      respond(response, push)
      for (const look of waiting) look()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const { port } = address
  return {
    port,
    taken,
    endpoint: (path) => `https://localhost:${port}/${path}`,
    count: (pushes) =>
      new Promise((resolve) => {
        const look = (): void => {
          const last = taken[pushes - 1]
          if (last === undefined) return
          waiting.delete(look)
          resolve(last)
        }
        waiting.add(look)
        look()
      }),
    answer(how) {
      respond = how
    },
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
