// What every implementation of the Transport port must do. The messenger relies on nothing else.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PeerLink } from '../../src/messenger/ports/peer-link.ts'
import type { RelayConnection, Transport, TransportEvents } from '../../src/messenger/ports.ts'
import { TransportError } from '../../src/messenger/ports.ts'
import { limits } from '../../src/protocol/limits.ts'
import { deriveMailboxId, deriveWriteKey, envelopeId } from '../../src/protocol/mailbox/capability.ts'
import type { MailboxCommand, MailboxReply, StoredEnvelope } from '../../src/protocol/mailbox/command.ts'

export interface TransportWorld {
  /** Origin of a relay that runs. */
  readonly relayUrl: string
  /** An origin where nothing answers. */
  readonly deadUrl: string
  /** A peer id of the right form that nobody has. */
  readonly unknownPeerId: string
  createTransport(): Transport
  stopRelay(): Promise<void>
  startRelay(): Promise<void>
  close(): Promise<void>
}

/** A started transport that keeps what happened to it and can be waited for. */
export interface Device {
  readonly transport: Transport
  readonly relay: RelayConnection
  readonly pushes: { readonly url: string; readonly mailboxId: Uint8Array; readonly items: readonly StoredEnvelope[] }[]
  readonly links: PeerLink[]
  /** Resolves as soon as the condition holds, looked at after each event. */
  until(condition: () => boolean): Promise<void>
}

export async function startDevice(transport: Transport, relayUrl: string): Promise<Device> {
  const waiting = new Set<() => void>()
  const pushes: Device['pushes'] = []
  const links: PeerLink[] = []
  const look = (): void => {
    for (const check of waiting) check()
  }
  const events: TransportEvents = {
    relay: look,
    push(url, mailboxId, items) {
      pushes.push({ url, mailboxId, items })
      look()
    },
    peer(link) {
      links.push(link)
      look()
    },
  }
  await transport.start(events)
  return {
    transport,
    relay: transport.relay(relayUrl),
    pushes,
    links,
    until(condition) {
      return new Promise((resolve) => {
        const check = (): void => {
          if (!condition()) return
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        check()
      })
    },
  }
}

export function transportContract(name: string, createWorld: () => Promise<TransportWorld>): void {
  describe(`transport contract: ${name}`, () => {
    let world: TransportWorld
    let started: Transport[]

    beforeEach(async () => {
      world = await createWorld()
      started = []
    })
    afterEach(async () => {
      await Promise.all(started.map((transport) => transport.close()))
      await world.close()
    })

    const device = async (): Promise<Device> => {
      const transport = world.createTransport()
      started.push(transport)
      return await startDevice(transport, world.relayUrl)
    }
    const liveDevice = async (): Promise<Device> => {
      const live = await device()
      live.transport.keepRelays([world.relayUrl])
      await live.until(() => live.relay.state === 'live')
      return live
    }
    const linked = async (): Promise<{ ana: PeerLink; bo: PeerLink; anaDevice: Device; boDevice: Device }> => {
      const [anaDevice, boDevice] = await Promise.all([liveDevice(), liveDevice()])
      const ana = await anaDevice.transport.dial(world.relayUrl, boDevice.transport.peerId ?? '')
      await boDevice.until(() => boDevice.links.length > 0)
      const [bo] = boDevice.links
      if (bo === undefined) throw new Error('no link')
      return { ana, bo, anaDevice, boDevice }
    }

    describe('relay', () => {
      it('tells what the relay says of itself', async () => {
        const { relay } = await device()
        const info = await relay.info()
        expect(info.service).toBe('safelight')
        expect(info.versions).toContain(1)
      })

      it('says that nothing answers at a dead origin', async () => {
        const { transport } = await device()
        const dead = transport.relay(world.deadUrl)
        await expect(dead.info()).rejects.toMatchObject({ code: 'relay-unreachable' })
        await expect(dead.call([{ kind: 'locate', writeKey: key(1) }])).rejects.toMatchObject({
          code: 'relay-unreachable',
        })
      })

      it('gives one connection per origin', async () => {
        const { transport, relay } = await device()
        expect(transport.relay(world.relayUrl)).toBe(relay)
        expect(relay.url).toBe(world.relayUrl)
        expect(relay.state).toBe('offline')
      })

      it('runs commands in order without being live, one reply each', async () => {
        const { relay } = await device()
        const replies = await relay.call([open(1), put(1, envelope(1), envelope(2)), fetchAll(1), put(2, envelope(3))])
        expect(replies.map(({ kind }) => kind)).toEqual(['ok', 'stored', 'envelopes', 'error'])
        expect(items(replies[2]).map(({ bytes }) => bytes)).toEqual([envelope(1), envelope(2)])
        expect(replies[3]).toMatchObject({ code: 'unknown-mailbox' })
      })

      it('keeps a bundle, hands out each one-time part once, and counts what is left', async () => {
        const { relay } = await device()
        const put: MailboxCommand = { kind: 'bundle.put', readKey: key(1), main: envelope(1), oneTime: [envelope(2)] }
        const count: MailboxCommand = { kind: 'bundle.count', readKey: key(1) }
        const take = (id: number): MailboxCommand => ({
          kind: 'bundle.take',
          writeKey: deriveWriteKey(key(1)),
          takeId: new Uint8Array(16).fill(id),
        })
        expect(await relay.call([open(1), count, put])).toEqual([
          { kind: 'ok' },
          { kind: 'pool', main: false, oneTime: 0 },
          { kind: 'ok' },
        ])
        expect(await relay.call([take(1), count, put, take(1), take(2)])).toEqual([
          { kind: 'bundle', main: envelope(1), oneTime: envelope(2) },
          { kind: 'pool', main: true, oneTime: 0 },
          { kind: 'ok' },
          { kind: 'bundle', main: envelope(1), oneTime: envelope(2) },
          { kind: 'bundle', main: envelope(1) },
        ])
      })

      it('replaces a bundle with what is left of it', async () => {
        const { relay } = await liveDevice()
        const put = (main: number, ...oneTime: number[]): MailboxCommand => ({
          kind: 'bundle.put',
          readKey: key(1),
          main: envelope(main),
          oneTime: oneTime.map(envelope),
        })
        const take: MailboxCommand = {
          kind: 'bundle.take',
          writeKey: deriveWriteKey(key(1)),
          takeId: new Uint8Array(16),
        }
        const replies = await relay.call([open(1), put(1, 2, 3), put(4, 5), { kind: 'bundle.count', readKey: key(1) }])
        expect(replies.at(-1)).toEqual({ kind: 'pool', main: true, oneTime: 1 })
        expect(await relay.call([take])).toEqual([{ kind: 'bundle', main: envelope(4), oneTime: envelope(5) }])
        expect(await relay.call([{ kind: 'bundle.count', readKey: key(9) }])).toMatchObject([
          { kind: 'error', code: 'unknown-mailbox' },
        ])
      })

      it('refuses to subscribe without being live', async () => {
        const { relay } = await device()
        const [, reply] = await relay.call([open(1), { kind: 'subscribe', readKeys: [key(1)] }])
        expect(reply).toMatchObject({ kind: 'error', code: 'bad-request' })
      })

      it('pushes the envelopes of subscribed mailboxes', async () => {
        const [ana, bo] = await Promise.all([liveDevice(), device()])
        await ana.relay.call([open(1), open(2), { kind: 'subscribe', readKeys: [key(1), key(2)] }])
        await bo.relay.call([put(1, envelope(7))])
        await bo.relay.call([put(2, envelope(8))])
        await ana.until(() => ana.pushes.length === 2)
        expect(ana.pushes.map(({ url }) => url)).toEqual([world.relayUrl, world.relayUrl])
        expect(ana.pushes.map(({ mailboxId }) => mailboxId)).toEqual([mailboxId(1), mailboxId(2)])
        expect(ana.pushes.flatMap((push) => push.items.map(({ bytes }) => bytes))).toEqual([envelope(7), envelope(8)])
        expect(ana.pushes[0]?.items[0]?.id).toEqual(envelopeId(envelope(7)))
      })

      it('answers many calls at once, each with its own replies', async () => {
        const { relay } = await liveDevice()
        const all = Array.from({ length: 20 }, (_, index) => index + 1)
        const replies = await Promise.all(
          all.map((index) => relay.call([open(index), put(index, envelope(index)), fetchAll(index)])),
        )
        expect(replies.map(([, , fetched]) => items(fetched)[0]?.bytes)).toEqual(all.map((index) => envelope(index)))
      })

      it('tells where a device is while it is there', async () => {
        const [ana, bo] = await Promise.all([liveDevice(), device()])
        const { peerId } = ana.transport
        expect(peerId).toBeDefined()
        await ana.relay.call([open(1), { kind: 'subscribe', readKeys: [key(1)], peerId: peerId ?? '' }])
        const locate: MailboxCommand = { kind: 'locate', writeKey: deriveWriteKey(key(1)) }
        expect(await bo.relay.call([locate])).toEqual([{ kind: 'presence', peerId }])
        ana.transport.keepRelays([])
        expect(ana.relay.state).toBe('offline')
        await eventually(async () => {
          const [reply] = await bo.relay.call([locate])
          return reply?.kind === 'presence' && reply.peerId === undefined
        })
      })

      it('comes back by itself after the relay was away', async () => {
        const ana = await liveDevice()
        await ana.relay.call([open(1)])
        await world.stopRelay()
        await ana.until(() => ana.relay.state !== 'live')
        await expect(ana.relay.call([fetchAll(1)])).rejects.toMatchObject({ code: 'relay-unreachable' })
        await world.startRelay()
        await ana.until(() => ana.relay.state === 'live')
        expect(await ana.relay.call([put(1, envelope(1)), { kind: 'subscribe', readKeys: [key(1)] }])).toMatchObject([
          { kind: 'stored' },
          { kind: 'ok' },
        ])
      })

      it('can be cancelled before and during a call', async () => {
        const { relay } = await device()
        const controller = new AbortController()
        const call = relay.call([open(1)], { signal: controller.signal })
        controller.abort()
        await expect(call).rejects.toMatchObject({ code: 'cancelled' })
        await expect(relay.info({ signal: controller.signal })).rejects.toMatchObject({ code: 'cancelled' })
      })
    })

    describe('segments at a relay', () => {
      it('keeps segments and tells which it has', async () => {
        const { relay } = await device()
        await relay.call([open(1)])
        const options = { writeKey: deriveWriteKey(key(1)), segmentCount: 10 }
        await relay.putSegment(blobId, 0, segment(0), options)
        await relay.putSegment(blobId, 9, segment(9, 100), options)
        await relay.putSegment(blobId, 9, segment(9, 100), options)
        expect(await relay.getSegment(blobId, 0)).toEqual(segment(0))
        expect(await relay.getSegment(blobId, 9)).toEqual(segment(9, 100))
        expect(await relay.presentSegments(blobId)).toEqual(Uint8Array.of(0x80, 0x40))
      })

      it('knows nothing of blobs it does not have', async () => {
        const { relay } = await device()
        expect(await relay.getSegment(blobId, 3)).toBeUndefined()
        expect(await relay.presentSegments(blobId)).toBeUndefined()
      })

      it('refuses segments on the account of no mailbox', async () => {
        const { relay } = await device()
        const upload = relay.putSegment(blobId, 0, segment(0), { writeKey: deriveWriteKey(key(9)), segmentCount: 1 })
        await expect(upload).rejects.toMatchObject({ code: 'relay-refused' })
      })
    })

    describe('direct connection', () => {
      it('names both ends and their roles', async () => {
        const { ana, bo, anaDevice, boDevice } = await linked()
        expect([ana.role, bo.role]).toEqual(['initiator', 'responder'])
        expect([ana.localPeerId, ana.remotePeerId]).toEqual([anaDevice.transport.peerId, boDevice.transport.peerId])
        expect([bo.localPeerId, bo.remotePeerId]).toEqual([ana.remotePeerId, ana.localPeerId])
      })

      it('carries frames in order, both ways, from the smallest to the largest', async () => {
        const { ana, bo } = await linked()
        const sizes = [1, 2, 1000, 17_000, limits.peerFrameBytes, 5, limits.peerFrameBytes, 1]
        const received = Promise.all([collect(ana, sizes.length), collect(bo, sizes.length)])
        await Promise.all(sizes.flatMap((size, index) => [ana.send(frame(size, index)), bo.send(frame(size, index))]))
        const expected = sizes.map((size, index) => frame(size, index))
        expect(await received).toEqual([expected, expected])
      })

      it('hands over the next frame only when the last was handled', async () => {
        const { ana, bo } = await linked()
        const log: string[] = []
        const done = Promise.withResolvers<void>()
        bo.onFrame(async ([first]) => {
          log.push(`begin ${first}`)
          await Promise.resolve()
          log.push(`end ${first}`)
          if (first === 2) done.resolve()
        })
        await Promise.all([ana.send(frame(10, 1)), ana.send(frame(10, 2))])
        await done.promise
        expect(log).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2'])
      })

      it('refuses to send an empty or too large frame, and stands', async () => {
        const { ana, bo } = await linked()
        await expect(ana.send(new Uint8Array(0))).rejects.toMatchObject({ code: 'peer-protocol' })
        await expect(ana.send(new Uint8Array(limits.peerFrameBytes + 1))).rejects.toMatchObject({
          code: 'peer-protocol',
        })
        const received = collect(bo, 1)
        await ana.send(frame(3, 3))
        expect(await received).toEqual([frame(3, 3)])
      })

      it('serves no segment before it is told to', async () => {
        const { ana, bo } = await linked()
        const asked = ana.fetchSegments(blobId, [0, 1], () => Promise.reject(new Error('nothing was served')))
        await expect(asked).rejects.toMatchObject({ code: 'peer-closed' })
        bo.serve((_blobId, index) => Promise.resolve(segment(index)))
        const got = await fetchInto(ana, [1])
        expect(got.get(1)).toEqual(segment(1))
      })

      it('fetches many segments and leaves out those the peer does not have', async () => {
        const { ana, bo } = await linked()
        bo.serve((id, index) => Promise.resolve(id === blobId && index % 7 !== 0 ? segment(index) : undefined))
        const wanted = Array.from({ length: 40 }, (_, index) => index)
        const got = await fetchInto(ana, wanted)
        expect([...got.keys()].toSorted((a, b) => a - b)).toEqual(wanted.filter((index) => index % 7 !== 0))
        for (const [index, bytes] of got) expect(bytes).toEqual(segment(index))
      })

      it('serves both ways at once', async () => {
        const { ana, bo } = await linked()
        for (const link of [ana, bo]) link.serve((_blobId, index) => Promise.resolve(segment(index)))
        const wanted = [0, 1, 2, 3, 4, 5]
        const [left, right] = await Promise.all([fetchInto(ana, wanted), fetchInto(bo, wanted)])
        expect([left.size, right.size]).toEqual([6, 6])
      })

      it('gives up a fetch that is cancelled, and the link stands', async () => {
        const { ana, bo } = await linked()
        const controller = new AbortController()
        bo.serve((_blobId, index) => (index === 0 ? Promise.resolve(segment(0)) : new Promise(() => {})))
        const fetched = ana.fetchSegments(
          blobId,
          [0, 1],
          () => {
            controller.abort()
            return Promise.resolve()
          },
          { signal: controller.signal },
        )
        await expect(fetched).rejects.toMatchObject({ code: 'cancelled' })
        const received = collect(bo, 1)
        await ana.send(frame(9, 9))
        expect(await received).toEqual([frame(9, 9)])
      })

      it('passes on what the sink of a fetch throws', async () => {
        const { ana, bo } = await linked()
        bo.serve((_blobId, index) => Promise.resolve(segment(index)))
        const failure = new Error('disk full')
        await expect(ana.fetchSegments(blobId, [0], () => Promise.reject(failure))).rejects.toBe(failure)
      })

      it('ends at both sides when one closes', async () => {
        const { ana, bo } = await linked()
        await bo.close()
        await Promise.all([ana.closed, bo.closed])
        await expect(ana.send(frame(1, 1))).rejects.toMatchObject({ code: 'peer-closed' })
        await expect(fetchInto(ana, [0])).rejects.toMatchObject({ code: 'peer-closed' })
      })

      it('ends when the other device stops', async () => {
        const { ana, boDevice } = await linked()
        await boDevice.transport.close()
        await ana.closed
      })

      it('dials again after a link has ended', async () => {
        const { ana, anaDevice, boDevice } = await linked()
        await ana.close()
        const again = await anaDevice.transport.dial(world.relayUrl, boDevice.transport.peerId ?? '')
        await boDevice.until(() => boDevice.links.length === 2)
        const received = collect(again, 1)
        await boDevice.links[1]?.send(frame(4, 4))
        expect(await received).toEqual([frame(4, 4)])
      })

      it('reports a device that is not there', async () => {
        const ana = await liveDevice()
        const dial = ana.transport.dial(world.relayUrl, world.unknownPeerId)
        await expect(dial).rejects.toMatchObject({ code: 'peer-unreachable' })
      })

      it('makes none while direct connections are not wanted, on either side', async () => {
        const [ana, bo] = await Promise.all([liveDevice(), liveDevice()])
        bo.transport.setDirect(false)
        const refused = ana.transport.dial(world.relayUrl, bo.transport.peerId ?? '')
        await expect(refused).rejects.toMatchObject({ code: 'peer-unreachable' })
        const refusing = bo.transport.dial(world.relayUrl, ana.transport.peerId ?? '')
        await expect(refusing).rejects.toMatchObject({ code: 'peer-unreachable' })
        expect([...ana.links, ...bo.links]).toEqual([])
        bo.transport.setDirect(true)
        await ana.transport.dial(world.relayUrl, bo.transport.peerId ?? '')
      })

      it('gives up a dial that is cancelled', async () => {
        const [ana, bo] = await Promise.all([liveDevice(), liveDevice()])
        const controller = new AbortController()
        const dial = ana.transport.dial(world.relayUrl, bo.transport.peerId ?? '', { signal: controller.signal })
        controller.abort()
        await expect(dial).rejects.toMatchObject({ code: 'cancelled' })
      })
    })

    it('fails with typed errors after it was closed', async () => {
      const ana = await liveDevice()
      await ana.transport.close()
      expect(ana.relay.state).toBe('offline')
      await expect(ana.transport.dial(world.relayUrl, world.unknownPeerId)).rejects.toBeInstanceOf(TransportError)
    })
  })
}

const blobId = '0b'.repeat(32)

function key(index: number): Uint8Array {
  return new Uint8Array(32).fill(index)
}
function mailboxId(index: number): Uint8Array {
  return deriveMailboxId(deriveWriteKey(key(index)))
}
function open(index: number): MailboxCommand {
  return { kind: 'open', readKey: key(index), tier: 'contact' }
}
function put(index: number, ...envelopes: Uint8Array[]): MailboxCommand {
  return { kind: 'put', writeKey: deriveWriteKey(key(index)), envelopes }
}
function fetchAll(index: number): MailboxCommand {
  return { kind: 'fetch', readKey: key(index), after: 0, limit: 100 }
}
/** 4 KiB, the smallest size there is. */
function envelope(index: number): Uint8Array {
  return new Uint8Array(4096).fill(index)
}
function segment(index: number, size = 256 * 1024): Uint8Array {
  return new Uint8Array(size).fill(index + 1)
}
function frame(size: number, first: number): Uint8Array {
  return new Uint8Array(size).fill(first)
}
function items(reply: MailboxReply | undefined): readonly StoredEnvelope[] {
  return reply?.kind === 'envelopes' ? reply.items : []
}

function collect(link: PeerLink, count: number): Promise<Uint8Array[]> {
  return new Promise((resolve) => {
    const frames: Uint8Array[] = []
    link.onFrame((received) => {
      frames.push(received)
      if (frames.length === count) resolve(frames)
    })
  })
}

async function fetchInto(link: PeerLink, indexes: readonly number[]): Promise<Map<number, Uint8Array>> {
  const got = new Map<number, Uint8Array>()
  await link.fetchSegments(blobId, indexes, (index, bytes) => {
    got.set(index, bytes)
    return Promise.resolve()
  })
  return got
}

/** For what only the relay knows: asks again until it holds; the runner's time limit ends a wait in vain. */
async function eventually(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds()));
}
