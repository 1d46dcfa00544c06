// Whatever a network does with envelopes and however often a device is restarted: what arrives opens once, and no key
// is used twice.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Bytes, toHex, utf8 } from '../../../src/protocol/bytes.ts'
import { splitEnvelope } from '../../../src/protocol/envelope/frame.ts'
import { firstMessageKey } from '../../../src/protocol/handshake/header-pub.ts'
import { initiate } from '../../../src/protocol/handshake/initiate.ts'
import { respond } from '../../../src/protocol/handshake/respond.ts'
import { limits } from '../../../src/protocol/limits.ts'
import { decodeSession, encodeSession } from '../../../src/protocol/session/codec.ts'
import { openMessage } from '../../../src/protocol/session/open.ts'
import { sealMessage } from '../../../src/protocol/session/seal.ts'
import type { Session } from '../../../src/protocol/session/session.ts'
import { type Published, publish, startMs } from './people.ts'

type Side = 'ana' | 'bo'

type Action =
  /** To answer is to get the newest envelope on its way and then to send: this is what begins epochs. */
  | { readonly kind: 'send' | 'answer' | 'restart'; readonly side: Side }
  /** Of the envelopes on their way to this side. */
  | Delivery

const side = fc.constantFrom<Side>('ana', 'bo')
const pick = fc.nat(1000)
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('send' as const), side }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('answer' as const), side }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('deliver' as const), side, pick }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const), side }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('duplicate' as const, 'drop' as const, 'damage' as const),
      side,
      pick,
    }),
  },
)

interface Delivery {
  readonly kind: 'deliver' | 'duplicate' | 'drop' | 'damage'
  readonly side: Side
  readonly pick: number
}

interface Sent {
  readonly envelope: Bytes
  readonly text: string
  readonly epoch: number
}

class World {
  readonly #published: Published
  readonly #sessions = new Map<Side, Session>()
  readonly #onTheWay: Readonly<Record<Side, Sent[]>> = { ana: [], bo: [] }
  readonly #opened = new Set<string>()
  readonly #commits = new Set<string>()
  readonly #nonces = new Set<string>()
  #count = 0

  constructor(published: Published, ana: Session) {
    this.#published = published
    this.#sessions.set('ana', ana)
  }

  get newestEpoch(): number {
    return this.#sessions.get('ana')?.ratchet.epoch ?? 0
  }

  async run(step: Action): Promise<void> {
    switch (step.kind) {
      case 'send':
        return this.#send(step.side)
      case 'answer':
        return this.#answer(step.side)
      case 'restart':
        return this.#restart(step.side)
      case 'deliver':
      case 'duplicate':
      case 'drop':
      case 'damage':
        return this.#transport(step)
    }
  }

  /** Everything still on its way arrives, newest first. */
  async settle(): Promise<void> {
    for (const to of ['bo', 'ana'] as const) {
      for (const sent of this.#onTheWay[to].toReversed()) await this.#deliver(to, sent)
    }
  }

  async #send(from: Side): Promise<void> {
    const session = this.#sessions.get(from)
    if (session === undefined) return
    const text = `${from} ${this.#count++}`
    const { random } = this.#published
    const sealed = await sealMessage(session, utf8(text), { random, nowMs: startMs })
    this.#sessions.set(from, sealed.session)
    const frame = splitEnvelope(sealed.envelope)
    if (frame === undefined) throw new Error('no envelope')
    // Key, nonce and commit of a body come from one message key: as long as no commit is seen twice, neither is a key.
    const commit = toHex(frame.commit)
    const nonce = toHex(frame.sealedHeader.subarray(0, 24))
    expect([this.#commits.has(commit), this.#nonces.has(nonce)]).toEqual([false, false])
    this.#commits.add(commit)
    this.#nonces.add(nonce)
    const to = from === 'ana' ? 'bo' : 'ana'
    this.#onTheWay[to].push({ envelope: sealed.envelope, text, epoch: sealed.session.ratchet.epoch })
  }

  async #answer(side: Side): Promise<void> {
    const newest = this.#onTheWay[side].pop()
    if (newest) await this.#deliver(side, newest)
    return this.#send(side)
  }

  #restart(side: Side): void {
    const session = this.#sessions.get(side)
    const restored = session && decodeSession(encodeSession(session))
    expect(restored).toEqual(session)
    if (restored) this.#sessions.set(side, restored)
  }

  async #transport(step: Delivery): Promise<void> {
    const waiting = this.#onTheWay[step.side]
    const sent = waiting[step.pick % Math.max(1, waiting.length)]
    if (sent === undefined) return
    if (step.kind === 'deliver' || step.kind === 'drop') waiting.splice(waiting.indexOf(sent), 1)
    if (step.kind === 'deliver' || step.kind === 'duplicate') await this.#deliver(step.side, sent)
    if (step.kind === 'damage') await this.#damage(step.side, sent, step.pick)
  }

  async #deliver(to: Side, sent: Sent): Promise<void> {
    const result = await this.#open(to, sent.envelope)
    if (result === undefined) return
    if ('failure' in result) {
      const newest = this.#sessions.get(to)?.ratchet.receiving?.epoch ?? 0
      const forgotten = sent.epoch < newest - 2 * limits.ratchetOldEpochs
      expect(result.failure).toBe(forgotten ? 'not-mine' : 'duplicate')
      expect(forgotten || this.#opened.has(sent.text)).toBe(true)
      return
    }
    expect(toHex(result.content)).toBe(toHex(utf8(sent.text)))
    expect(this.#opened.has(sent.text)).toBe(false)
    this.#opened.add(sent.text)
    this.#sessions.set(to, result.session)
  }

  async #damage(to: Side, sent: Sent, place: number): Promise<void> {
    const { envelope } = sent
    // Where there is no session yet, damage in the handshake is the handshake's business.
    if (!this.#sessions.has(to)) return
    const at = (place * 67) % envelope.length
    const result = await this.#open(to, envelope.with(at, (envelope[at] ?? 0) ^ 1))
    expect(result).toHaveProperty('failure')
  }

  async #open(to: Side, envelope: Bytes) {
    const session = this.#sessions.get(to)
    if (session) return openMessage(session, envelope, { nowMs: startMs })
    // Bo's first: without a session, only a first message means anything.
    if (firstMessageKey(envelope) === undefined) return undefined
    const { bo, prekeys, psk, random } = this.#published
    return respond({ identity: bo, prekeys, envelope, psk, pskKind: 'invite', random, nowMs: startMs })
  }
}

describe('any interleaving of sending, losing, doubling, reordering, damage and restarts', () => {
  it('opens every message that arrives exactly once and uses no key twice', async () => {
    let epochs = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { minLength: 20, maxLength: 80, size: 'max' }),
        fc.string(),
        async (actions, seed) => {
          const published = await publish({ seed })
          const { ana, bundle, psk, random } = published
          const begun = await initiate({ identity: ana, bundle, psk, pskKind: 'invite', random, nowMs: startMs })
          const world = new World(published, begun)
          for (const step of actions) await world.run(step)
          await world.settle()
          epochs = Math.max(epochs, world.newestEpoch)
        },
      ),
      { numRuns: 30, seed: 20_260_101 },
    )
    // The runs are long enough to mean something.
    expect(epochs).toBeGreaterThan(12)
  }, 60_000)
})
