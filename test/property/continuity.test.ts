// Whatever a network does with a conversation, and whenever one of the two begins anew: what they prove is what the other
// takes from somebody who never went back, and a copy of a device from before two turns proves only that it is one.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { utf8 } from '../../src/protocol/bytes.ts'
import { derivePskId } from '../../src/protocol/prekeys/psk.ts'
import { type Continuity, continuityOf, goOn, ownProof, proofOf } from '../../src/protocol/session/continuity.ts'
import { openMessage } from '../../src/protocol/session/open.ts'
import { sealMessage } from '../../src/protocol/session/seal.ts'
import type { Session } from '../../src/protocol/session/session.ts'
import { type Pair, meet, seededRandom, startMs } from '../protocol/session/people.ts'
import { runs, timeoutMs } from './runs.ts'

type Name = 'ana' | 'bo'
const names = ['ana', 'bo'] as const
const other = (name: Name): Name => (name === 'ana' ? 'bo' : 'ana')

interface Action {
  readonly kind: 'send' | 'deliver' | 'answer' | 'lose' | 'steal'
  readonly name: Name
  /** Which of the envelopes on their way: any order is possible. */
  readonly pick: number
}

const action: fc.Arbitrary<Action> = fc.record({
  kind: fc.constantFrom('send', 'deliver', 'answer', 'answer', 'lose', 'steal'),
  name: fc.constantFrom(...names),
  pick: fc.nat(1000),
})

class Conversation {
  readonly #random = seededRandom('continuity')
  readonly #sessions: Record<Name, Session>
  /** What each remembers, as it is stored beside the session. */
  readonly #known: Record<Name, Continuity | undefined> = { ana: undefined, bo: undefined }
  readonly #onTheWay: Readonly<Record<Name, Bytes[]>> = { ana: [], bo: [] }
  readonly #copies: { readonly of: Name; readonly opened: number; readonly psk: Bytes }[] = []
  oldCopies = 0

  constructor({ ana, bo }: Pair) {
    this.#sessions = { ana, bo }
  }

  async run({ kind, name, pick }: Action): Promise<void> {
    if (kind === 'steal') return this.#steal(name)
    const waiting = this.#onTheWay[name]
    if (kind !== 'send' && waiting.length > 0) {
      const [envelope] = waiting.splice(pick % waiting.length, 1)
      if (envelope !== undefined && kind !== 'lose') await this.#open(name, envelope)
    }
    if (kind === 'send' || kind === 'answer') await this.#send(name)
    this.#check()
  }

  async #send(name: Name): Promise<void> {
    const sealed = await sealMessage(this.#sessions[name], utf8('x'), { random: this.#random, nowMs: startMs })
    this.#onTheWay[other(name)].push(sealed.envelope)
    this.#store(name, sealed.session)
  }

  async #open(name: Name, envelope: Bytes): Promise<void> {
    const opened = await openMessage(this.#sessions[name], envelope, { nowMs: startMs })
    if ('session' in opened) this.#store(name, opened.session)
  }

  #store(name: Name, session: Session): void {
    const before = this.#known[name]
    this.#sessions[name] = session
    this.#known[name] = before === undefined ? continuityOf(session) : goOn(before, session)
  }

  #steal(name: Name): void {
    const known = this.#known[name]
    const psk = known && ownProof(known)?.psk
    if (known !== undefined && psk !== undefined) this.#copies.push({ of: name, opened: known.opened, psk })
  }

  #check(): void {
    for (const name of names) {
      const [mine, theirs] = [this.#known[name], this.#known[other(name)]]
      // Who has not answered yet, or has not heard the answer, begins nothing by continuity.
      if (mine === undefined || theirs === undefined) continue
      const psk = ownProof(mine)?.psk
      expect(psk && proofOf(theirs, derivePskId(psk))).toMatchObject({ isOld: false })
    }
    for (const { of, opened, psk } of this.#copies) {
      const judge = this.#known[other(of)]
      // Their device has heard two turns of the owner's since.
      if (judge === undefined || judge.opened < Math.max(1, opened) + 3) continue
      expect(proofOf(judge, derivePskId(psk))).toMatchObject({ isOld: true })
      this.oldCopies += 1
    }
  }
}

describe('any interleaving of sending, losing, reordering and stealing copies', () => {
  it(
    'leaves each with a proof that the other takes, and a copy from before two turns with none',
    async () => {
      const met = await meet({ seed: 'continuity property' })
      let oldCopies = 0
      await fc.assert(
        fc.asyncProperty(fc.array(action, { minLength: 10, maxLength: 60, size: 'max' }), async (actions) => {
          const conversation = new Conversation(met)
          for (const step of actions) await conversation.run(step)
          oldCopies += conversation.oldCopies
        }),
        runs(60, 5_000),
      )
      expect(oldCopies).toBeGreaterThan(50)
    },
    timeoutMs,
  )
})
