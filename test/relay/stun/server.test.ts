import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { SetupError } from '../../../relay/setup-error.ts'
import { createTestRelay } from '../support/relay.ts'

const question = (id: number): Buffer => Buffer.concat([Buffer.from('000100002112a442', 'hex'), Buffer.alloc(12, id)])

async function stunUrls(url: string, headers: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const info: unknown = await (await fetch(`${url}/.well-known/safelight`, { headers })).json()
  return typeof info === 'object' && info !== null && 'iceServers' in info ? info.iceServers : undefined
}

describe('STUN', () => {
  it('answers on the UDP port of the same number, and says so', async () => {
    await using relay = await createTestRelay({ stunPort: 'same' })
    expect(await stunUrls(relay.url)).toEqual([{ urls: `stun:127.0.0.1:${relay.port}` }])
    const socket = createSocket('udp4')
    const answered = once(socket, 'message')
    socket.send(question(7), relay.port, '127.0.0.1')
    const [answer] = (await answered) as [Buffer]
    expect(answer.readUInt16BE(0)).toBe(0x0101)
    expect(answer.subarray(8, 20)).toEqual(Buffer.alloc(12, 7))
    expect(answer.readUInt16BE(26) ^ 0x2112).toBe(socket.address().port)
    expect([...answer.subarray(28, 32)].map((byte, index) => byte ^ ([0x21, 0x12, 0xa4, 0x42][index] ?? 0))).toEqual([
      127, 0, 0, 1,
    ])
    socket.close()
    const metrics = await (await fetch(relay.metricsUrl ?? '')).text()
    expect(metrics).toContain('safelight_stun_answers_total 1')
  })

  it('goes on after garbage, and stops answering an address that asks without end', async () => {
    await using relay = await createTestRelay({ stunPort: 'same', limits: { stun: { burst: 3, perSecond: 0.001 } } })
    const socket = createSocket('udp4')
    let answers = 0
    socket.on('message', () => {
      answers += 1
    })
    const send = (bytes: Buffer) =>
      new Promise<void>((resolve) => {
        socket.send(bytes, relay.port, '127.0.0.1', () => resolve())
      })
    await send(Buffer.alloc(0))
    for (let id = 0; id < 10; id++) await send(question(id))
    // Two: the empty datagram counted too. Everything above has been taken once another port was answered in full.
    const info = await stunUrls(relay.url)
    expect(info).toHaveLength(1)
    await expect.poll(() => answers).toBe(2)
    socket.close()
  })

  it('names the public host, and nothing that a client could have made up', async () => {
    await using relay = await createTestRelay({ stunPort: 'same', publicUrl: 'https://relay.example:8443' })
    expect(await stunUrls(relay.url)).toEqual([{ urls: `stun:relay.example:${relay.port}` }])
    await using off = await createTestRelay()
    expect(await stunUrls(off.url)).toEqual([])
  })

  it('is answered on all addresses by a relay that only its proxy reaches', async () => {
    await using relay = await createTestRelay({
      stunPort: 'same',
      host: '127.0.0.1',
      publicUrl: 'https://relay.example',
    })
    const socket = createSocket('udp6')
    const answered = once(socket, 'message')
    socket.send(question(1), relay.port, '::1')
    expect(((await answered) as [Buffer])[0].readUInt16BE(0)).toBe(0x0101)
    socket.close()
  })

  it('starts without when the same number is taken, and refuses when the taken port was asked for', async () => {
    const other = createSocket('udp4')
    await new Promise<void>((resolve) => {
      other.bind(0, '127.0.0.1', () => resolve())
    })
    const taken = other.address().port
    await expect(createTestRelay({ stunPort: taken })).rejects.toThrow(
      new SetupError(`UDP port ${taken} cannot be had for STUN. Choose another with --stun-port, or off.`),
    )
    await using relay = await createTestRelay({ stunPort: 'same', port: taken })
    expect(await stunUrls(relay.url)).toEqual([])
    other.close()
  })
})
