import type { ServerResponse } from 'node:http'
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createHeldBytes } from '../../../relay/held-bytes.ts'
import { createAnswers } from '../../../relay/http/answers.ts'

/** A response that was asked for and not begun, on a connection of its own. */
async function openResponse(): Promise<{
  readonly response: ServerResponse
  /** The body, when it is whole. */
  readonly received: Promise<Buffer>
  readonly end: () => void
}> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const received = Promise.withResolvers<Buffer>()
  get({ host: '127.0.0.1', port, agent: false })
    .on('response', (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => received.resolve(Buffer.concat(chunks)))
    })
    .on('error', () => undefined)
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse]
  return {
    response,
    received: received.promise,
    end() {
      server.closeAllConnections()
      server.close()
    },
  }
}

describe('an answer', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('that is not taken in its time ends the connection, however slowly it went on', async () => {
    const answers = createAnswers(
      createHeldBytes({ total: 1000, perAddress: 1000, stallMs: 0 }, () => 0),
      { answerMs: 5000 },
    )
    const { response, end } = await openResponse()
    expect(answers.hold(response, 'a', 100)).toBeDefined()
    vi.advanceTimersByTime(4999)
    expect(response.req.socket.destroyed).toBe(false)
    vi.advanceTimersByTime(1)
    expect(response.req.socket.destroyed).toBe(true)
    expect(answers.hold(response, 'a', 100)).toBeUndefined()
    end()
  })

  it('that was taken in time leaves the connection to others', async () => {
    const answers = createAnswers(
      createHeldBytes({ total: 1000, perAddress: 1000, stallMs: 0 }, () => 0),
      { answerMs: 5000 },
    )
    const { response, end } = await openResponse()
    answers.hold(response, 'a', 100)
    response.end('taken')
    await once(response, 'close')
    vi.advanceTimersByTime(10_000)
    expect(response.req.socket.destroyed).toBe(false)
    end()
  })

  it('is refused while those before it move, and no connection is cut', async () => {
    const answers = createAnswers(
      createHeldBytes({ total: 1000, perAddress: 100, stallMs: 1 }, () => 0),
      {
        answerMs: 5000,
      },
    )
    const [first, second] = [await openResponse(), await openResponse()]
    expect(answers.hold(first.response, 'a', 100)).toBeDefined()
    expect(answers.hold(second.response, 'a', 100)).toBeUndefined()
    expect([first, second].map(({ response }) => response.req.socket.destroyed)).toEqual([false, false])
    first.end()
    second.end()
  })

  it('moves piece by piece as the client takes it', async () => {
    const left: number[] = []
    const held = { set: (bytes: number) => void left.push(bytes), moved: () => undefined, release: () => undefined }
    const answers = createAnswers({ hold: () => held, offer: () => held }, { answerMs: 5000 })
    const { response, received, end } = await openResponse()
    const bytes = new Uint8Array(200_000).map((_, index) => index % 251)
    answers.hold(response, 'a', bytes.length)?.send('application/octet-stream', bytes)
    await once(response, 'close')
    expect(left).toEqual([200_000 - 65_536, 200_000 - 2 * 65_536, 200_000 - 3 * 65_536])
    expect(new Uint8Array(await received)).toEqual(bytes)
    end()
  })
})
