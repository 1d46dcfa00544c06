// Whatever a network does with envelopes, and whenever a device dies and comes back with what it had stored: what arrives
// opens once, nothing that was not dropped is lost, and no key is used twice.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Bytes, toHex, utf8 } from '../../src/protocol/bytes.ts'
import { splitEnvelope } from '../../src/protocol/envelope/frame.ts'
import { firstMessageKey } from '../../src/protocol/handshake/header-pub.ts'
import { initiate } from '../../src/protocol/handshake/initiate.ts'
import { respond } from '../../src/protocol/handshake/respond.ts'
import { limits } from '../../src/protocol/limits.ts'
import { type PrekeySecrets, decodePrekeySecrets, encodePrekeySecrets } from '../../src/protocol/prekeys/secrets.ts'
import { decodeSession, encodeSession } from '../../src/protocol/session/codec.ts'
import { openMessage } from '../../src/protocol/session/open.ts'
import { sealMessage } from '../../src/protocol/session/seal.ts'
import type { Session } from '../../src/protocol/session/session.ts'
import { type Published, publish, startMs } from '../protocol/session/people.ts'
import { runs, timeoutMs } from './runs.ts'

type Side = 'ana' | 'bo'

/** When a device dies in a step: before its state is stored, or after that but before anything left or was acknowledged. */
type Crash = 'no' | 'before storing' | 'after storing'

interface Action {
  /** To answer is to open the newest envelope on its way and then to send: this is what begins epochs. */
  readonly kind: 'send' | 'answer' | 'restore' | 'deliver' | 'duplicate' | 'drop' | 'damage'
  readonly side: Side
  /** Which of the envelopes on their way: any order is possible. */
  readonly pick: number
  readonly crash: Crash
}

const kinds = fc.oneof(
  { weight: 6, arbitrary: fc.constant('send' as const) },
  { weight: 6, arbitrary: fc.constant('answer' as const) },
  { weight: 8, arbitrary: fc.constant('deliver' as const) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('restore' as const, 'duplicate' as const, 'drop' as const, 'damage' as const),
  },
)
const crashes = fc.oneof(
  { weight: 8, arbitrary: fc.constant('no' as const) },
  { weight: 1, arbitrary: fc.constantFrom('before storing' as const, 'after storing' as const) },
)
const action: fc.Arbitrary<Action> = fc.record({
  kind: kinds,
  side: fc.constantFrom<Side>('ana', 'bo'),
  pick: fc.nat(1000),
  crash: crashes,
})

interface Sent {
  readonly envelope: Bytes
  readonly text: string
  readonly epoch: number
}

/** What a device has stored. Envelopes that are not known to have left are sent again, as they are. */
interface Stored {
  readonly session: Bytes | undefined
  readonly prekeys: Bytes
  readonly unsent: readonly Sent[]
}

/** Enough for everything that is remembered of epochs to come and go. */
const maxEpoch = 10

class World {
  readonly #published: Published
  readonly #disks: Record<Side, Stored>
  readonly #onTheWay: Readonly<Record<Side, Sent[]>> = { ana: [], bo: [] }
  readonly #opened = new Set<string>()
  readonly #stored = new Map<string, Sent>()
  readonly #dropped = new Set<string>()
  /** Commitment of each message key that left, and what left under it; nonces of headers with the whole header. */
  readonly #commits = new Map<string, string>()
  readonly #nonces = new Map<string, string>()
  #count = 0

  constructor(published: Published, ana: Session) {
    this.#published = published
    const prekeys = encodePrekeySecrets(published.prekeys)
    this.#disks = {
      ana: { session: encodeSession(ana), prekeys, unsent: [] },
      bo: { session: undefined, prekeys, unsent: [] },
    }
  }

  get newestEpoch(): number {
    return Math.max(this.#session('ana')?.ratchet.epoch ?? 0, this.#session('bo')?.ratchet.epoch ?? 0)
  }

  async run(step: Action): Promise<void> {
    const { kind, side, crash } = step
    if (kind === 'send') return this.#send(side, crash)
    if (kind === 'restore') return this.#leave(side)
    const waiting = this.#onTheWay[side]
    const sent = kind === 'answer' ? waiting.at(-1) : waiting[step.pick % Math.max(1, waiting.length)]
    if (sent !== undefined) await this.#transport(step, sent)
    if (kind === 'answer') await this.#send(side, crash)
  }

  /** Everything arrives, newest first, and nothing is left out that was stored and not dropped. */
  async settle(): Promise<void> {
    this.#leave('ana')
    this.#leave('bo')
    for (const to of ['bo', 'ana'] as const) {
      for (const sent of this.#onTheWay[to].splice(0).toReversed()) await this.#deliver(to, sent, 'no')
    }
    for (const [text, sent] of this.#stored) {
      const isLost = this.#dropped.has(text) || this.#isForgotten(text.startsWith('ana') ? 'bo' : 'ana', sent)
      // Without any first message there is no session at the other side.
      const hasSession = this.#session(text.startsWith('ana') ? 'bo' : 'ana') !== undefined
      if (!isLost && hasSession) expect([text, this.#opened.has(text)]).toEqual([text, true])
    }
  }

  #session(side: Side): Session | undefined {
    const { session } = this.#disks[side]
    const decoded = session && decodeSession(session)
    expect(decoded === undefined).toBe(session === undefined)
    return decoded
  }

  #prekeys(): PrekeySecrets {
    const decoded = decodePrekeySecrets(this.#disks.bo.prekeys)
    if (decoded === undefined) throw new Error('the prekeys do not decode')
    return decoded
  }

  async #send(from: Side, crash: Crash): Promise<void> {
    const session = this.#session(from)
    if (session === undefined) return
    if (session.ratchet.turn.kind === 'peer' && session.ratchet.epoch >= maxEpoch) return
    const text = `${from} ${this.#count++}`
    const sealed = await sealMessage(session, utf8(text), { random: this.#published.random, nowMs: startMs })
    // What was not stored did not happen: the next message takes the same key, and this envelope never left.
    if (crash === 'before storing') return
    const sent = { envelope: sealed.envelope, text, epoch: sealed.session.ratchet.epoch }
    const disk = this.#disks[from]
    this.#disks[from] = { ...disk, session: encodeSession(sealed.session), unsent: [...disk.unsent, sent] }
    this.#stored.set(text, sent)
    if (crash === 'no') this.#leave(from)
  }

  /** What waits to leave does; also after coming back. */
  #leave(from: Side): void {
    const { unsent } = this.#disks[from]
    this.#disks[from] = { ...this.#disks[from], unsent: [] }
    for (const sent of unsent) {
      const frame = splitEnvelope(sent.envelope)
      if (frame === undefined) throw new Error('no envelope')
      // Key, nonce and commit of a body come from one message key: one commit, one key.
      const all = toHex(sent.envelope)
      for (const [seen, mark] of [
        [this.#commits, toHex(frame.commit)],
        [this.#nonces, toHex(frame.sealedHeader.subarray(0, 24))],
      ] as const) {
        expect(seen.get(mark) ?? all).toBe(all)
        seen.set(mark, all)
      }
      this.#onTheWay[from === 'ana' ? 'bo' : 'ana'].push(sent)
    }
  }

  async #transport({ kind, side, pick, crash }: Action, sent: Sent): Promise<void> {
    const waiting = this.#onTheWay[side]
    if (kind === 'damage') return this.#damage(side, sent, pick)
    if (kind === 'drop') this.#dropped.add(sent.text)
    const isTaken = kind === 'drop' ? true : await this.#deliver(side, sent, crash)
    // What was not stored was not acknowledged: it comes again.
    if (isTaken && kind !== 'duplicate') waiting.splice(waiting.indexOf(sent), 1)
  }

  async #deliver(to: Side, sent: Sent, crash: Crash): Promise<boolean> {
    const result = await this.#open(to, sent.envelope)
    if (result === undefined) return false
    if ('failure' in result) {
      const isForgotten = this.#isForgotten(to, sent)
      expect(result.failure).toBe(isForgotten ? 'not-mine' : 'duplicate')
      expect(isForgotten || this.#opened.has(sent.text)).toBe(true)
      return true
    }
    expect(toHex(result.content)).toBe(toHex(utf8(sent.text)))
    if (crash === 'before storing') return false
    expect(this.#opened.has(sent.text)).toBe(false)
    this.#opened.add(sent.text)
    const prekeys = result.prekeys ? encodePrekeySecrets(result.prekeys) : this.#disks[to].prekeys
    this.#disks[to] = { ...this.#disks[to], session: encodeSession(result.session), prekeys }
    return crash === 'no'
  }

  async #damage(to: Side, { envelope }: Sent, place: number): Promise<void> {
    const before = this.#disks[to]
    // Where there is no session yet, damage in the handshake is the handshake's business.
    if (before.session === undefined) return
    const at = (place * 67) % envelope.length
    expect(await this.#open(to, envelope.with(at, (envelope[at] ?? 0) ^ 1))).toHaveProperty('failure')
    expect(this.#disks[to]).toBe(before)
  }

  #isForgotten(to: Side, { epoch }: Sent): boolean {
    return epoch < (this.#session(to)?.ratchet.receiving?.epoch ?? 0) - 2 * limits.ratchetOldEpochs
  }

  async #open(to: Side, envelope: Bytes) {
    const session = this.#session(to)
    if (session) {
      const opened = await openMessage(session, envelope, { nowMs: startMs })
      return 'failure' in opened ? opened : { ...opened, prekeys: undefined }
    }
    // Bo's first: without a session, only a first message means anything.
    if (firstMessageKey(envelope) === undefined) return undefined
    const { bo, psk, random } = this.#published
    const prekeys = this.#prekeys()
    return respond({ identity: bo, prekeys, envelope, psk, pskKind: 'invite', random, nowMs: startMs })
  }
}

describe('any interleaving of sending, losing, doubling, reordering, damage, crashes and restarts', () => {
  it(
    'opens what arrives exactly once, loses nothing else, and uses no key twice',
    async () => {
      let epochs = 0
      const published = await publish({ seed: 'property' })
      const { ana, bundle, psk, random } = published
      const begun = await initiate({ identity: ana, bundle, psk, pskKind: 'invite', random, nowMs: startMs })
      await fc.assert(
        fc.asyncProperty(fc.array(action, { minLength: 10, maxLength: 60, size: 'max' }), async (actions) => {
          const world = new World(published, begun)
          for (const step of actions) await world.run(step)
          await world.settle()
          epochs = Math.max(epochs, world.newestEpoch)
        }),
        runs(80, 5_000),
      )
      // The runs are long enough to mean something.
      expect(epochs).toBe(maxEpoch)
    },
    timeoutMs,
  )
})
