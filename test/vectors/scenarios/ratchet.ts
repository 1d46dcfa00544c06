// Conversations as each side goes through them, step by step from the keys of the handshake: in order, with messages
// skipped, late by several epochs, and with everything that a network or a peer can do wrong.

import { type Bytes, type Random, concatBytes, utf8 } from '../../../src/protocol/bytes.ts'
import { limits } from '../../../src/protocol/limits.ts'
import { kemKeyOf } from '../../../src/protocol/primitives/xwing.ts'
import { sealBody } from '../../../src/protocol/session/body.ts'
import { sealHeader } from '../../../src/protocol/session/header.ts'
import { stepChain } from '../../../src/protocol/session/keys.ts'
import { dayMs, seededRandom, startMs } from '../../protocol/session/people.ts'
import type { CaseFile } from '../cases.ts'
import { Fields, type Json, toJson } from '../json.ts'
import { type Scenario, build, scenario } from './scenario.ts'
import { perform } from '../operations/operations.ts'

/** One side, which remembers its steps. Their envelopes are made by running all of its steps so far. */
class Side {
  readonly #keys: object
  readonly #random: Random
  readonly #steps: Json[] = []
  nowMs = startMs

  constructor(keys: object, random: Random) {
    this.#keys = keys
    this.#random = random
  }

  async seal(text: string): Promise<Bytes> {
    this.#addSeal(text)
    return (await this.#last()).bytes('envelope')
  }

  /** Expects the content, or the failure. */
  async open(envelope: Bytes, expected: { readonly text: string } | { readonly error: string }): Promise<void> {
    this.#steps.push(toJson({ open: envelope, nowMs: this.nowMs }))
    const last = await this.#last()
    const got = last.has('error') ? { error: last.text('error') } : { text: Buffer.from(last.bytes('content')).toString() }
    if (JSON.stringify(got) !== JSON.stringify(expected)) throw new Error(`got ${JSON.stringify(got)}`)
  }

  scenario(name: string): Scenario {
    return scenario(name, 'ratchet.run', { ...this.#keys, steps: this.#steps })
  }

  #addSeal(text: string): void {
    const random = this.#random
    const drawn = { headerNonce: random(24), encapsulation: random(64), kemSecretKey: random(32) }
    this.#steps.push(toJson({ seal: utf8(text), random: drawn, nowMs: this.nowMs }))
  }

  async #run(): Promise<Fields[]> {
    const answer = await perform({ file: '', id: '', ...this.scenario('') })
    if ('error' in answer) throw new Error(answer.error)
    return new Fields(answer.output).fieldsList('steps')
  }

  async #last(): Promise<Fields> {
    const last = (await this.#run()).at(-1)
    if (last === undefined) throw new Error('no steps')
    return last
  }
}

interface Pair {
  readonly ana: Side
  readonly bo: Side
  readonly keys: { readonly transcript: Bytes; readonly chainKey0: Bytes; readonly headerKey0: Bytes; readonly prefix: Bytes }
  readonly own: { readonly kemSecretKey0: Bytes; readonly ciphertext0: Bytes }
  readonly random: Random
}

function pair(seed: string): Pair {
  const random = seededRandom(seed)
  const common = {
    sid: random(32),
    transcript: random(32),
    rootKey1: random(32),
    chainKey0: random(32),
    headerKey0: random(32),
    headerKey1: random(32),
    prefix: random(1732).with(0, 0x11),
  }
  const own = { kemSecretKey0: random(32), ciphertext0: random(1120) }
  return {
    ana: new Side({ role: 'initiator', ...common, ...own }, random),
    bo: new Side({ role: 'responder', ...common }, random),
    keys: common,
    own,
    random,
  }
}

/** Any message of the initiator's first epoch, without sealing all those before it. */
async function farMessages({ keys, own, random }: Pair): Promise<(n: number) => Bytes> {
  const { publicKey } = await kemKeyOf(own.kemSecretKey0)
  return (n) => {
    let step = stepChain(keys.chainKey0)
    for (let before = 0; before < n; before++) step = stepChain(step.chainKey)
    const header = { epoch: 0, n, pn: 0, publicKey, ciphertext: own.ciphertext0 }
    const sealedHeader = sealHeader(header, keys.headerKey0, keys.transcript, random)
    const body = sealBody(step.messageKey, utf8(String(n)), { ...keys, sealedHeader })
    return concatBytes(keys.prefix, sealedHeader, body ?? new Uint8Array())
  }
}

export async function ratchetInOrderFile(): Promise<CaseFile> {
  const { ana, bo } = pair('ratchet in order')
  for (const [from, to, texts] of [
    [ana, bo, ['a0', 'a1']],
    [bo, ana, ['b0']],
    [ana, bo, ['c0', 'c1']],
    [bo, ana, ['d0']],
    [ana, bo, ['e0']],
  ] as const) {
    for (const text of texts) await to.open(await from.seal(text), { text })
  }
  return build('A conversation over five epochs, as each side goes through it, protocol version 1. Bytes are hex.', [
    ana.scenario('the initiator'),
    bo.scenario('the responder'),
  ])
}

export async function ratchetSkippedFile(): Promise<CaseFile> {
  const { ana, bo } = pair('ratchet skipped')
  const a = [await ana.seal('a0'), await ana.seal('a1'), await ana.seal('a2')] as const
  await bo.open(a[1], { text: 'a1' })
  const b = await bo.seal('b0')
  await ana.open(b, { text: 'b0' })
  const c = [await ana.seal('c0'), await ana.seal('c1')] as const
  // The new epoch says how many messages the one before had: the key of a2 is made and kept.
  await bo.open(c[1], { text: 'c1' })
  await bo.open(a[2], { text: 'a2' })
  await bo.open(c[0], { text: 'c0' })
  await bo.open(a[0], { text: 'a0' })
  for (const again of [...a, ...c]) await bo.open(again, { error: 'duplicate' })

  const far = pair('ratchet far')
  const at = await farMessages(far)
  await far.bo.open(at(0), { text: '0' })
  await far.bo.open(at(2002), { error: 'too-far' })
  await far.bo.open(at(2001), { text: '2001' })
  await far.bo.open(at(2002), { text: '2002' })
  await far.bo.open(at(1), { text: '1' })
  return build('Messages that arrive out of order, within an epoch and across epochs, protocol version 1. Bytes are hex.', [
    bo.scenario('the responder'),
    far.bo.scenario('two thousand missing'),
  ])
}

export async function ratchetOldEpochsFile(): Promise<CaseFile> {
  const { ana, bo } = pair('ratchet old epochs')
  const late: Bytes[] = []
  const rounds = limits.ratchetOldEpochs + 2
  for (let round = 0; round < rounds; round++) {
    late.push(await ana.seal(`late ${round}`))
    await bo.open(await ana.seal(`round ${round}`), { text: `round ${round}` })
    await ana.open(await bo.seal('reply'), { text: 'reply' })
  }
  // The epoch of round 6 is the newest, 5 to 1 are kept, 0 is gone.
  const [round0, round1, round2, , , , round6] = late
  const none = new Uint8Array()
  await bo.open(round0 ?? none, { error: 'not-mine' })
  await bo.open(round1 ?? none, { text: 'late 1' })
  await bo.open(round1 ?? none, { error: 'duplicate' })
  bo.nowMs = startMs + 37 * dayMs
  await bo.open(round2 ?? none, { text: 'late 2' })
  bo.nowMs += 1
  await bo.open(late[3] ?? none, { error: 'not-mine' })
  await bo.open(round6 ?? none, { error: 'too-old' })
  return build('Messages that arrive several epochs, or 37 days, late, protocol version 1. Bytes are hex.', [
    bo.scenario('the responder'),
  ])
}

export async function ratchetRefusedFile(): Promise<CaseFile> {
  const { ana, bo, random } = pair('ratchet refused')
  const first = await ana.seal('a0')
  const flip = (envelope: Bytes, at: number): Bytes => envelope.with(at, (envelope[at] ?? 0) ^ 1)
  const headerAt = { first: 1732, ratchet: 1 }
  const commitAt = { first: 1732 + 2393, ratchet: 1 + 2393 }
  // The handshake in front is part of what the message is bound to.
  await bo.open(flip(first, 100), { error: 'not-mine' })
  await bo.open(flip(first, headerAt.first), { error: 'not-mine' })
  await bo.open(flip(first, commitAt.first), { error: 'damaged' })
  await bo.open(flip(first, commitAt.first + 32), { error: 'damaged' })
  await bo.open(random(4096).with(0, 0x12), { error: 'not-mine' })
  await bo.open(first.slice(0, 4096), { error: 'not-mine' })
  await bo.open(new Uint8Array(), { error: 'not-mine' })
  await bo.open(first, { text: 'a0' })
  await bo.open(first, { error: 'duplicate' })

  const reply = await bo.seal('b0')
  await bo.open(reply, { error: 'not-mine' })
  await ana.open(first, { error: 'not-mine' })
  await ana.open(flip(reply, headerAt.ratchet), { error: 'not-mine' })
  await ana.open(flip(reply, commitAt.ratchet), { error: 'damaged' })
  await ana.open(flip(reply, 4095), { error: 'damaged' })
  await ana.open(reply, { text: 'b0' })
  return build(
    'Envelopes that are refused, and the honest ones that still open after them, protocol version 1. Bytes are hex.',
    [ana.scenario('the initiator'), bo.scenario('the responder')],
  )
}
