import { createServer, request as httpRequest } from 'node:http'
import type { RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { execFile } from 'node:child_process'
import type { Socket } from 'node:dgram'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { checkClock, judgeClock } from '../../../relay/doctor/clock.ts'
import { checkDisk, checkStun } from '../../../relay/doctor/machine.ts'
import { checkReach } from '../../../relay/doctor/reach.ts'
import { checkTurn } from '../../../relay/doctor/turn.ts'
import { freePort } from '../../support/relay-process.ts'
import { createTestRelay } from '../support/relay.ts'

const servers: Server[] = []
const sockets: Socket[] = []
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close()
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve())
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A proxy as people set them up: it passes requests on, and forgets about upgrades and large bodies. */
const proxyTo = (port: number, largest: number): Promise<string> =>
  serve((incoming, outgoing) => {
    if (Number(incoming.headers['content-length'] ?? 0) > largest) {
      outgoing.writeHead(413, { Connection: 'close' }).end()
      return
    }
    const { connection: _, upgrade: __, ...headers } = incoming.headers
    const onward = httpRequest(
      { port, host: '127.0.0.1', path: incoming.url, method: incoming.method, headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
      },
    )
    incoming.pipe(onward)
  })

const outcomes = async (origin: string, peerId?: string) =>
  Object.fromEntries((await checkReach(origin, peerId)).map(({ subject, outcome }) => [subject, outcome]))

const messages = async (origin: string, peerId?: string) =>
  (await checkReach(origin, peerId)).map(({ message }) => message).join('\n')

describe('checkReach', () => {
  it('finds nothing wrong with a relay that is reached as it is', async () => {
    await using relay = await createTestRelay()
    expect(await outcomes(relay.url, relay.peerId)).toEqual({
      Name: 'good',
      Relay: 'good',
      WebSocket: 'good',
      'Large requests': 'good',
    })
  })

  it('tells what a careless proxy leaves out', async () => {
    await using relay = await createTestRelay()
    const origin = await proxyTo(relay.port, 1024 * 1024)
    expect(await outcomes(origin, relay.peerId)).toEqual({
      Name: 'good',
      Relay: 'good',
      WebSocket: 'bad',
      'Large requests': 'bad',
    })
    expect(await messages(origin)).toContain('client_max_body_size')
  })

  it('knows this relay from another one', async () => {
    await using relay = await createTestRelay()
    expect(await messages(relay.url, 'another')).toContain('answers another relay than that of this data folder')
    expect(await outcomes(relay.url)).toMatchObject({ Relay: 'warning' })
  })

  it('tells apart what answers instead of a relay', async () => {
    const page = await serve((_request, response) => response.end('<h1>It works!</h1>'))
    expect(await messages(page)).toContain('answers 200, but no Safelight relay')
    const gateway = await serve((_request, response) => response.writeHead(502).end())
    expect(await messages(gateway)).toContain('answers 502, but no Safelight relay')
    const moved = await serve((_request, response) => response.writeHead(301, { Location: '/x' }).end())
    expect(await messages(moved)).toContain('sends people elsewhere (301)')
  })

  it('tells apart why nothing answers', async () => {
    const closed = await serve(() => undefined)
    servers.splice(0).forEach((server) => server.close())
    expect(await messages(closed)).toContain('nothing listens there')
    expect(await messages('http://name.invalid')).toContain('name.invalid has no address')
    const plain = await serve((_request, response) => response.end())
    expect(await messages(plain.replace('http:', 'https:'))).toContain('cannot be reached')
  })
})

describe('the machine', () => {
  it('has room, or too little, or no such folder', async () => {
    await using relay = await createTestRelay()
    expect((await checkDisk(relay.dataDirectory, undefined)).outcome).toBe('good')
    expect(await checkDisk(relay.dataDirectory, 1e18)).toMatchObject({ outcome: 'warning' })
    expect(await checkDisk('/nowhere', undefined)).toMatchObject({ outcome: 'bad' })
  })

  it('answers STUN, or does not', async () => {
    await using relay = await createTestRelay({ stunPort: 'same' })
    expect(await checkStun('127.0.0.1', relay.port)).toMatchObject({ outcome: 'good' })
    await relay.stop()
    expect(await checkStun('127.0.0.1', relay.port)).toMatchObject({ outcome: 'bad' })
  })
})

describe('the clock', () => {
  const nowMs = Date.UTC(2027, 0, 1)
  const dayMs = 24 * 60 * 60 * 1000

  it('is wrong when something is from later, in the program, in the data folder or elsewhere', () => {
    expect(judgeClock({ nowMs: 0 })).toMatchObject({ outcome: 'bad' })
    const setBack = judgeClock({ nowMs, newestFileMs: nowMs + dayMs, isSynchronised: true })
    expect([setBack.outcome, setBack.message]).toEqual(['bad', expect.stringContaining('2027-01-02')])
    const ahead = judgeClock({ nowMs, newestFileMs: nowMs, other: { name: 'time.example', timeMs: nowMs - dayMs } })
    expect([ahead.outcome, ahead.message]).toEqual([
      'bad',
      expect.stringContaining('86400 s later than at time.example'),
    ])
  })

  it('is called right by another machine or the system alone, and says by whom', () => {
    const other = { name: 'time.example', timeMs: nowMs - 2000 }
    expect(judgeClock({ nowMs, newestFileMs: nowMs, other })).toMatchObject({
      outcome: 'good',
      message: expect.stringContaining('as at time.example') as string,
    })
    expect(judgeClock({ nowMs, isSynchronised: true })).toMatchObject({
      outcome: 'good',
      message: expect.stringContaining('The system says') as string,
    })
    for (const isSynchronised of [false, undefined])
      expect(judgeClock({ nowMs, newestFileMs: nowMs, isSynchronised })).toMatchObject({
        outcome: 'warning',
        message: expect.stringContaining('Nothing else was compared') as string,
      })
    const silent = judgeClock({ nowMs, other: { name: 'time.example', timeMs: undefined } })
    expect(silent).toMatchObject({
      outcome: 'warning',
      message: expect.stringContaining('time.example does not tell') as string,
    })
  })

  it('is compared with files and with a server that is named', async () => {
    await using relay = await createTestRelay()
    const dayAhead = new Date(Date.now() + dayMs)
    const wrong = await serve((_request, response) => {
      response.setHeader('Date', dayAhead.toUTCString())
      response.end()
    })
    const right = await serve((_request, response) => response.end())
    expect(await checkClock(relay.dataDirectory, right)).toMatchObject({ outcome: 'good' })
    expect(await checkClock(relay.dataDirectory, wrong)).toMatchObject({
      outcome: 'bad',
      message: expect.stringMatching(/ 86\d\d\d s earlier than at /) as string,
    })
    await utimes(join(relay.dataDirectory, 'peer.key'), dayAhead, dayAhead)
    expect(await checkClock(relay.dataDirectory, right)).toMatchObject({
      outcome: 'bad',
      message: expect.stringContaining('a file in the data folder was written at') as string,
    })
  })
})

describe('safelight-relay doctor', () => {
  const run = (...args: readonly string[]): Promise<{ code: unknown; stdout: string; stderr: string }> =>
    new Promise((resolve) => {
      execFile(process.execPath, ['relay/main.ts', 'doctor', ...args], (error, stdout, stderr) => {
        resolve({ code: error?.code ?? 0, stdout, stderr })
      })
    })

  it('is content with a good relay, and ends with 1 where there is a problem', async () => {
    await using relay = await createTestRelay({ stunPort: 'same' })
    const fine = await run('--data', relay.dataDirectory)
    expect(fine).toMatchObject({ code: 0, stderr: '' })
    expect(fine.stdout).toMatch(/^ok {6}Relay: {10}This relay answers at/m)
    expect(fine.stdout).toMatch(/^ok {6}STUN:/m)
    await relay.stop()
    const gone = await run('--data', relay.dataDirectory, '--port', String(relay.port))
    expect(gone.code).toBe(1)
    expect(gone.stdout).toMatch(/^PROBLEM Relay:/m)
    expect((await run('relay.example')).stderr).toBe(
      'doctor needs an origin such as https://relay.example, not "relay.example".\n',
    )
  })

  it('compares the clock with the server that it is given', async () => {
    await using relay = await createTestRelay()
    const elsewhere = await serve((_request, response) => response.end())
    const compared = await run('--data', relay.dataDirectory, `--clock-from=${elsewhere}`)
    expect(compared.stdout).toContain(`as at ${new URL(elsewhere).host}`)
    expect((await run('--clock-from', 'noon')).stderr).toMatch(/^--clock-from needs an origin/)
  })
})

describe('checkTurn', () => {
  /** A TURN server that answers everything with these bytes behind the transaction's. */
  async function turnServer(type: number, attributes: Uint8Array = new Uint8Array()): Promise<string> {
    const socket = createSocket('udp4').bind(0, '127.0.0.1')
    sockets.push(socket)
    await once(socket, 'listening')
    socket.on('message', (question, { port, address }) => {
      const head = Buffer.alloc(4)
      head.writeUInt16BE(type, 0)
      head.writeUInt16BE(attributes.length, 2)
      socket.send(Buffer.concat([head, question.subarray(4, 20), attributes]), port, address)
    })
    return `turn:127.0.0.1:${socket.address().port}`
  }
  const check = async (url: string) => (await checkTurn({ urls: [url], secret: 'hidden' }, Date.now()))[0]

  it('tells a server that is not there', async () => {
    const port = await freePort()
    for (const url of [`turn:127.0.0.1:${port}?transport=tcp`, `turns:127.0.0.1:${port}`])
      expect(await check(url)).toMatchObject({
        outcome: 'bad',
        message: `${url} does not answer: is the TURN server running, and is its port open?`,
      })
  })

  it('warns of one that serves everybody', async () => {
    expect(await check(await turnServer(0x0103))).toMatchObject({
      outcome: 'bad',
      message: expect.stringContaining('without credentials') as string,
    })
  })

  it('tells one that asks for no credentials it could be given', async () => {
    // ERROR-CODE 403, and no realm.
    const forbidden = Uint8Array.of(0, 9, 0, 4, 0, 0, 4, 3)
    expect(await check(await turnServer(0x0113, forbidden))).toMatchObject({
      outcome: 'bad',
      message: expect.stringContaining('error 403') as string,
    })
  })

  it('survives answers that are cut short or claim more than they have', async () => {
    for (const attributes of [Uint8Array.of(0, 9), Uint8Array.of(0, 9, 255, 255, 1), Uint8Array.of(0, 9, 0, 1, 4)])
      expect(await check(await turnServer(0x0113, attributes))).toMatchObject({ outcome: 'bad' })
  })
})
