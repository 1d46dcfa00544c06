// What is told of media until they are sent, stage by stage, and what is left of them when the person stops in one.

import { afterEach, describe, expect, it } from 'vitest'
import type { MessageDraft, SendProgress, SendStage } from '../../src/messenger/api.ts'
import { MediaError, TransportError } from '../../src/messenger/ports.ts'
import type { MemoryRelay, MemoryRelayServer } from '../../src/transport/memory/relay.ts'
import { closeWorld, openPair } from '../support/world/pair.ts'
import { bytesOf } from '../support/world/reading.ts'
import type { Person, World } from '../support/world/world.ts'
import { relayUrl } from '../support/world/world.ts'

const bytes = (length: number, seed = 13): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (index * seed + seed) % 241)

/** Six segments, of which one is as good as any. */
const photo = bytes(1_400_000)
const twoPhotos: MessageDraft = {
  text: 'two',
  media: [{ data: photo }, { data: bytes(900_000, 7), quality: 'original' }],
}
const id = 'a1'.repeat(16)

let world: World
let ana: Person
let bo: Person
let ids: { readonly ana: string; readonly bo: string }

afterEach(() => closeWorld(world))

async function begin(seed: string): Promise<void> {
  ;({ world, ana, bo, ids } = await openPair(seed, { direct: false }))
}

interface Step {
  readonly fraction: number
  readonly stage: SendStage | undefined
}

/** In a row what is told of one stage is told of it once. */
function kindsOf(steps: readonly Step[]): readonly (SendStage['kind'] | undefined)[] {
  return steps.map(({ stage }) => stage?.kind).filter((kind, index, all) => kind !== all[index - 1])
}

function recorder(): { readonly steps: Step[]; readonly onProgress: SendProgress } {
  const steps: Step[] = []
  return { steps, onProgress: (fraction, stage) => void steps.push({ fraction, stage }) }
}

const stateOf = async (messageId: string) => (await ana.messenger.messages.get(messageId))?.recipients[0]?.state
const isServer = (relay: MemoryRelay): relay is MemoryRelayServer => 'putSegment' in relay

/** The relay takes so many segments, then none until it is opened again. */
function takes(count: number): () => void {
  const relay = world.network.relay(relayUrl)
  if (!isServer(relay)) throw new Error('the relay hides its insides')
  const { putSegment } = relay
  let left = count
  relay.putSegment = (...segment) => {
    left -= 1
    return left < 0 ? Promise.reject(new TransportError('relay-unreachable')) : putSegment(...segment)
  }
  return () => void (relay.putSegment = putSegment)
}

describe('what is told of media that are sent', () => {
  it('is the stage of each, in order, with bytes of that one, and how far all of it is', async () => {
    await begin('stages')
    const { steps, onProgress } = recorder()
    const media = [...(twoPhotos.media ?? []), { data: bytes(5000), quality: 'file' as const }]
    await ana.messenger.send(ids.ana, { media }, { onProgress })
    expect(kindsOf(steps)).toEqual(['read', 'encode', 'encrypt', 'read', 'encode', 'encrypt'])
    const fractions = steps.map(({ fraction }) => fraction)
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b))
    expect(fractions.at(-1)).toBe(1)
    const sealed = steps.flatMap(({ stage }) => (stage?.kind === 'encrypt' ? [stage] : []))
    expect([...new Set(sealed.map(({ totalBytes }) => totalBytes))]).toEqual([1_400_000, 1_350_000, 5000])
    for (const { doneBytes, totalBytes } of sealed) expect(doneBytes).toBeLessThanOrEqual(totalBytes)
    for (const totalBytes of [1_400_000, 1_350_000, 5000])
      expect(sealed.filter((stage) => stage.totalBytes === totalBytes).map(({ doneBytes }) => doneBytes)).toEqual(
        expect.arrayContaining([0, totalBytes]),
      )
  })

  it('is only that they are encrypted where they go on as they are, or to many', async () => {
    await begin('stages-forward')
    const sent = await ana.messenger.send(ids.ana, { media: [{ data: photo }] })
    const forwarding = recorder()
    await ana.messenger.messages.forward(sent.id, [ids.ana], { onProgress: forwarding.onProgress })
    expect(kindsOf(forwarding.steps)).toEqual(['encrypt'])
    const [contact] = await ana.messenger.contacts.list()
    const sending = recorder()
    await ana.messenger.broadcast([contact?.id ?? ''], { media: [{ data: photo }] }, { onProgress: sending.onProgress })
    expect(kindsOf(sending.steps).filter((kind) => kind !== undefined)).toEqual(['read', 'encode', 'encrypt'])
    expect(sending.steps.at(-1)?.fraction).toBe(1)
  })
})

describe('a send that the person stops', () => {
  it.each(['read', 'encode', 'encrypt'] as const)(
    'at %s of its second photo leaves nothing of it and everything else, and can be made again',
    async (kind) => {
      await begin(`stop-${kind}`)
      await bo.messenger.close()
      const open = takes(2)
      const other = await ana.messenger.send(ids.ana, { media: [{ data: bytes(1_000_000, 5) }] })
      const before = [...ana.disk.blobs.keys()].toSorted()
      expect(before.length).toBeGreaterThan(0)
      const controller = new AbortController()
      let storedThen = 0
      const onProgress: SendProgress = (fraction, stage) => {
        if (fraction < 0.5 || stage?.kind !== kind || (kind === 'encrypt' && stage.doneBytes < 500_000)) return
        storedThen = Math.max(storedThen, ana.disk.blobs.size)
        controller.abort()
      }
      await expect(
        ana.messenger.send(ids.ana, twoPhotos, { id, onProgress, signal: controller.signal }),
      ).rejects.toEqual(new MediaError('cancelled'))
      // The first one was sealed by then.
      expect(storedThen).toBeGreaterThan(before.length)
      expect([...ana.disk.blobs.keys()].toSorted()).toEqual(before)
      expect(await ana.messenger.messages.get(id)).toBeUndefined()
      expect(await ana.messenger.transfers.list()).toMatchObject([{ attachmentId: `${other.id}.0` }])

      open()
      await ana.messenger.send(ids.ana, twoPhotos, { id })
      bo = await world.person('Bo', bo.disk)
      await world.until(async () => (await stateOf(id))?.kind === 'delivered')
      expect((await stateOf(other.id))?.kind).toBe('delivered')
      expect(await bytesOf(bo, `${id}.0`)).toEqual(photo)
    },
  )

  it('while it is uploaded stops that one alone, and nothing of it stays when it is deleted', async () => {
    await begin('stop-upload')
    await bo.messenger.close()
    const before = [...ana.disk.blobs.keys()].toSorted()
    const open = takes(2)
    const sent = await ana.messenger.send(ids.ana, { media: [{ data: photo }] })
    const next = await ana.messenger.send(ids.ana, { media: [{ data: bytes(800_000, 3) }] })
    await world.clock.advance(5000)
    expect((await ana.messenger.messages.get(sent.id))?.attachments[0]?.transfer.kind).toBe('upload')
    await ana.messenger.transfers.cancel(`${sent.id}.0`)
    open()
    await world.until(async () => (await stateOf(next.id))?.kind === 'kept')
    expect(await stateOf(sent.id)).toEqual({ kind: 'failed', reason: 'cancelled' })
    await ana.messenger.messages.delete(sent.id)
    bo = await world.person('Bo', bo.disk)
    await world.until(async () => (await stateOf(next.id))?.kind === 'delivered')
    await ana.messenger.messages.delete(next.id)
    await world.clock.advance(60_000)
    expect([...ana.disk.blobs.keys()].toSorted()).toEqual(before)
  })
})
