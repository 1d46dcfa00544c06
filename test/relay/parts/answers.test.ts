import type { ServerResponse } from 'node:http'
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createHeldBytes } from '../../../relay/held-bytes.ts'
import { createAnswers } from '../../../relay/http/answers.ts'

/** A response that was asked for and not begun, on a connection of its own. */
async function openResponse(): Promise<{ readonly response: ServerResponse; readonly end: () => void }> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  get({ host: '127.0.0.1', port, agent: false }).on('error', () => undefined)
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse]
  return {
    response,
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
    const answers = createAnswers(createHeldBytes({ total: 1000, perAddress: 1000 }), { answerMs: 5000 })
    const { response, end } = await openResponse()
    expect(answers.hold(response, 'a', 100)).toBe(true)
    vi.advanceTimersByTime(4999)
    expect(response.req.socket.destroyed).toBe(false)
    vi.advanceTimersByTime(1)
    expect(response.req.socket.destroyed).toBe(true)
    expect(answers.hold(response, 'a', 100)).toBe(false)
    end()
  })

  it('that was taken in time leaves the connection to others', async () => {
    const answers = createAnswers(createHeldBytes({ total: 1000, perAddress: 1000 }), { answerMs: 5000 })
    const { response, end } = await openResponse()
    answers.hold(response, 'a', 100)
    response.end('taken')
    await once(response, 'close')
    vi.advanceTimersByTime(10_000)
    expect(response.req.socket.destroyed).toBe(false)
    end()
  })
})
