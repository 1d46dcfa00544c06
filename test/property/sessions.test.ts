// Two people who begin sessions whenever they like, also at the same moment, over a network that delays, repeats, loses and
// crosses: afterwards both send in the same session, everything said in between opened once, and no key was used twice.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Bytes, equalBytes, toHex, utf8 } from '../../src/protocol/bytes.ts'
import { splitEnvelope } from '../../src/protocol/envelope/frame.ts'
import { continuityPskId, firstMessageKey } from '../../src/protocol/handshake/header-pub.ts'
import { initiate } from '../../src/protocol/handshake/initiate.ts'
import { respond } from '../../src/protocol/handshake/respond.ts'
import type { Identity } from '../../src/protocol/identity/identity.ts'
import type { Bundle } from '../../src/protocol/prekeys/bundle.ts'
import type { PrekeySecrets } from '../../src/protocol/prekeys/secrets.ts'
import { decodeSession, encodeSession } from '../../src/protocol/session/codec.ts'
import { ownProof } from '../../src/protocol/session/continuity.ts'
import { openMessage } from '../../src/protocol/session/open.ts'
import { sealMessage } from '../../src/protocol/session/seal.ts'
import {
  type Sessions,
  activeSession,
  addSession,
  isUnanswered,
  noSessions,
  provedBy,
  replaceSession,
  standingOf,
} from '../../src/protocol/session/sessions.ts'
import { publish, seededRandom, startMs } from '../protocol/session/people.ts'
import { runs, timeoutMs } from './runs.ts'

type Name = 'ana' | 'bo'

interface Action {
  readonly kind: 'begin' | 'send' | 'deliver' | 'repeat' | 'drop' | 'restore'
  readonly name: Name
}

const action: fc.Arbitrary<Action> = fc.record({
  kind: fc.constantFrom('begin', 'send', 'send', 'deliver', 'deliver', 'deliver', 'repeat', 'drop', 'restore'),
  name: fc.constantFrom('ana', 'bo'),
})

interface Sent {
  readonly envelope: Bytes
  readonly text: string
}

/** What the two are before anything is said: prekeys of both, and one invite's psk. */
interface Setting {
  readonly psk: Bytes
  readonly identities: Readonly<Record<Name, Identity>>
  /** Of the person named. */
  readonly bundles: Readonly<Record<Name, Bundle>>
  readonly secrets: Readonly<Record<Name, PrekeySecrets>>
}

async function prepare(): Promise<Setting> {
  const [one, two] = [await publish({ seed: 'one', use: 'reusable' }), await publish({ seed: 'two', use: 'reusable' })]
  return {
    psk: one.psk,
    identities: { ana: two.bo, bo: one.bo },
    bundles: { ana: lastResortOf(two.bundle, two.prekeys), bo: lastResortOf(one.bundle, one.prekeys) },
    secrets: { ana: two.prekeys, bo: one.prekeys },
  }
}

/** One-time keys are used up by the first; here anybody may begin any number of times. */
function lastResortOf(bundle: Bundle, secrets: PrekeySecrets): Bundle {
  const id = secrets.sets[0]?.oneTime[0]?.id
  if (id === undefined || !equalBytes(id, bundle.kem.id)) throw new Error('another bundle')
  return bundle
}

class Pair {
  readonly #setting: Setting
  readonly #random = seededRandom('pair')
  readonly #held: Record<Name, Sessions> = { ana: noSessions, bo: noSessions }
  /** First in, first out, as a mailbox gives them. */
  readonly #mailboxes: Readonly<Record<Name, Sent[]>> = { ana: [], bo: [] }
  readonly #begunBy = new Set<string>()
  readonly #opened: string[] = []
  readonly #said: string[] = []
  readonly #dropped = new Set<string>()
  readonly #commits = new Set<string>()
  #count = 0

  constructor(setting: Setting) {
    this.#setting = setting
  }

  async run({ kind, name }: Action): Promise<void> {
    if (kind === 'begin') await this.#begin(name)
    else if (kind === 'send') await this.#send(name)
    else if (kind === 'restore') this.#restore(name)
    else if (kind === 'drop') this.#drop(name)
    else await this.#deliver(name, kind === 'repeat')
  }

  /** Everything arrives, then both talk in turns until nothing new can come of it. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 4; turn++) {
      for (const name of ['ana', 'bo'] as const) {
        while (this.#mailboxes[name].length > 0) await this.#deliver(name, false)
        await this.#send(name)
      }
    }
    for (const name of ['ana', 'bo'] as const) {
      while (this.#mailboxes[name].length > 0) await this.#deliver(name, false)
    }
    expect(new Set(this.#opened).size).toBe(this.#opened.length)
    const lost = this.#said.filter((text) => !this.#opened.includes(text))
    for (const text of lost) expect(this.#dropped).toContain(text)
    const [ana, bo] = [activeSession(this.#held.ana), activeSession(this.#held.bo)]
    expect(ana && toHex(ana.sid)).toBe(bo && toHex(bo.sid))
    if (ana && bo) expect([ana.acknowledged, bo.acknowledged]).toEqual([true, true])
  }

  get generations(): number {
    return Math.max(0, ...this.#held.ana.sessions.map(({ generation }) => generation))
  }

  /** A new session that goes on from the newest one, or the first by the invite. */
  async #begin(name: Name): Promise<void> {
    const held = this.#held[name]
    const active = activeSession(held)
    // A device waits for an answer to what it has begun, also where the other's came in between.
    const waits = held.sessions.some(
      ({ session, generation }) => generation === held.sessions[0]?.generation && isUnanswered(session),
    )
    if (waits) return
    const { identities, bundles } = this.#setting
    // Only the psk of an acknowledged session is surely theirs too.
    const proof = held.psks[0] && ownProof(held.psks[0])
    if (active !== undefined && proof === undefined) return
    const session = await initiate({
      identity: identities[name],
      bundle: bundles[other(name)],
      psk: proof?.psk ?? this.#setting.psk,
      pskKind: proof ? 'continuity' : 'invite',
      random: this.#random,
      nowMs: startMs,
    })
    const standing = standingOf(held, proof, startMs)
    // There is a newer one already, which was not acknowledged yet.
    if (standing.kind !== 'next') return
    this.#held[name] = addSession(held, session, standing.generation, startMs)
    await this.#send(name)
  }

  async #send(name: Name): Promise<void> {
    const held = this.#held[name]
    const active = activeSession(held)
    if (active === undefined) return
    const text = `${name} ${this.#count++}`
    const sealed = await sealMessage(active, utf8(text), { random: this.#random, nowMs: startMs })
    this.#held[name] = replaceSession(held, 0, sealed.session, startMs)
    const commit = toHex(splitEnvelope(sealed.envelope)?.commit ?? new Uint8Array())
    expect(this.#commits.has(commit)).toBe(false)
    this.#commits.add(commit)
    this.#said.push(text)
    this.#mailboxes[other(name)].push({ envelope: sealed.envelope, text })
  }

  #drop(name: Name): void {
    const sent = this.#mailboxes[name].shift()
    if (sent) this.#dropped.add(sent.text)
  }

  #restore(name: Name): void {
    const held = this.#held[name]
    const sessions = held.sessions.map((entry) => {
      const session = decodeSession(encodeSession(entry.session))
      if (session === undefined) throw new Error('the session does not decode')
      return { ...entry, session }
    })
    this.#held[name] = { ...held, sessions }
  }

  async #deliver(name: Name, stays: boolean): Promise<void> {
    const [sent] = this.#mailboxes[name]
    if (sent === undefined) return
    if (!stays) this.#mailboxes[name].shift()
    const opened = await this.#open(name, sent.envelope)
    if (opened === 'duplicate') {
      expect(this.#opened).toContain(sent.text)
      return
    }
    expect(toHex(opened)).toBe(toHex(utf8(sent.text)))
    expect(this.#opened).not.toContain(sent.text)
    this.#opened.push(sent.text)
  }

  async #open(name: Name, envelope: Bytes): Promise<Bytes | 'duplicate'> {
    const held = this.#held[name]
    for (const [index, { session }] of held.sessions.entries()) {
      const opened = await openMessage(session, envelope, { nowMs: startMs })
      if ('content' in opened) {
        this.#held[name] = replaceSession(held, index, opened.session, startMs)
        return opened.content
      }
      if (opened.failure === 'duplicate') return 'duplicate'
      expect(opened.failure).toBe('not-mine')
    }
    const key = firstMessageKey(envelope)
    expect(key).toBeDefined()
    const first = `${name} ${toHex(key ?? envelope)}`
    // The memory: what began a session never begins another.
    expect(this.#begunBy.has(first)).toBe(false)
    const pskId = continuityPskId(envelope)
    const proof = pskId && provedBy(held, pskId)
    // Nobody went back to an old copy, so nobody looks like it.
    expect(proof === undefined).toBe(pskId === undefined)
    expect(proof?.isOld ?? false).toBe(false)
    const result = await respond({
      identity: this.#setting.identities[name],
      prekeys: this.#setting.secrets[name],
      envelope,
      psk: proof?.psk ?? this.#setting.psk,
      pskKind: proof ? 'continuity' : 'invite',
      random: this.#random,
      nowMs: startMs,
    })
    if ('failure' in result) throw new Error(result.failure)
    const standing = standingOf(held, proof, startMs)
    if (standing.kind === 'outdated') throw new Error('an honest first message that looks like an old copy')
    this.#begunBy.add(first)
    this.#held[name] = addSession(held, result.session, standing.generation, startMs)
    return result.content
  }
}

function other(name: Name): Name {
  return name === 'ana' ? 'bo' : 'ana'
}

describe('any interleaving of beginning, sending, delivering, repeating and losing', () => {
  it(
    'ends in one session for both, with everything opened once',
    async () => {
      let generations = 0
      const setting = await prepare()
      await fc.assert(
        fc.asyncProperty(fc.array(action, { minLength: 10, maxLength: 70, size: 'max' }), async (actions) => {
          const pair = new Pair(setting)
          for (const step of actions) await pair.run(step)
          await pair.settle()
          generations = Math.max(generations, pair.generations)
        }),
        runs(60, 3_000),
      )
      expect(generations).toBeGreaterThan(2)
    },
    timeoutMs,
  )
})
