// Ana and Bo for tests of prekeys, handshake and sessions: seeded randomness, a fixed clock, and the steps between a
// published bundle and a running session.

import { type Bytes, type Random, concatBytes, u32, utf8 } from '../../../src/protocol/bytes.ts'
import type { PskKind } from '../../../src/protocol/handshake/header-pub.ts'
import { initiate } from '../../../src/protocol/handshake/initiate.ts'
import { respond } from '../../../src/protocol/handshake/respond.ts'
import { type Identity, createIdentity } from '../../../src/protocol/identity/identity.ts'
import { fingerprintOf } from '../../../src/protocol/identity/fingerprint.ts'
import { type Bundle, openBundle, sealBundle } from '../../../src/protocol/prekeys/bundle.ts'
import { createPrekeys } from '../../../src/protocol/prekeys/create.ts'
import type { PrekeySecrets, PrekeyUse } from '../../../src/protocol/prekeys/secrets.ts'
import { sha256 } from '../../../src/protocol/primitives/hash.ts'
import { openMessage } from '../../../src/protocol/session/open.ts'
import { sealMessage } from '../../../src/protocol/session/seal.ts'
import type { Session } from '../../../src/protocol/session/session.ts'

export const startMs = 1_700_000_000_000
export const dayMs = 24 * 60 * 60 * 1000

/** The same bytes for the same seed, whatever the lengths asked for. */
export function seededRandom(seed: string): Random {
  let block = 0
  let pool: Bytes = new Uint8Array()
  return (length) => {
    while (pool.length < length) pool = concatBytes(pool, sha256(utf8(seed), u32(block++)))
    const bytes = pool.slice(0, length)
    pool = pool.slice(length)
    return bytes
  }
}

export interface Published {
  readonly ana: Identity
  readonly bo: Identity
  readonly psk: Bytes
  readonly mailboxId: Bytes
  readonly prekeys: PrekeySecrets
  /** As the relay has them. */
  readonly main: Bytes
  readonly oneTime: readonly Bytes[]
  readonly bundle: Bundle
  readonly random: Random
}

/** Bo has published prekeys, and Ana, who has the link, has opened the bundle. */
export async function publish(options: { readonly seed?: string; readonly use?: PrekeyUse } = {}): Promise<Published> {
  const { seed = 'ana and bo', use = 'one-use' } = options
  const random = seededRandom(seed)
  const ana = createIdentity({ random, nowMs: startMs })
  const bo = createIdentity({ random, nowMs: startMs })
  const psk = random(32)
  const mailboxId = random(32)
  const created = await createPrekeys({
    identity: bo,
    mailboxId,
    use,
    oneTimeCount: 1,
    random,
    nowMs: startMs,
  })
  const sealed = sealBundle({ psk, mailboxId, main: created.main, oneTime: created.oneTime, random })
  const bundle = openBundle({
    psk,
    mailboxId,
    fingerprint: fingerprintOf(bo.account.publicKey),
    main: sealed.main,
    oneTime: sealed.oneTime[0],
    use,
    nowMs: startMs,
  })
  if (!bundle) throw new Error('the bundle does not open')
  return { ana, bo, psk, mailboxId, prekeys: created.secrets, ...sealed, bundle, random }
}

export interface Pair {
  readonly ana: Session
  readonly bo: Session
  readonly random: Random
}

/** Ana has sent `hello`, Bo has opened it; nobody has answered. */
export async function meet(
  options: { readonly seed?: string; readonly pskKind?: PskKind } = {},
): Promise<Pair & { readonly first: Bytes; readonly published: Published }> {
  const published = await publish(options)
  const { random } = published
  const pskKind = options.pskKind ?? 'invite'
  const psk = pskKind === 'none' ? {} : { psk: published.psk }
  const begun = await initiate({
    identity: published.ana,
    bundle: published.bundle,
    ...psk,
    pskKind,
    random,
    nowMs: startMs,
  })
  const sent = await sealMessage(begun, utf8('hello'), { random, nowMs: startMs })
  const answer = await respond({
    identity: published.bo,
    prekeys: published.prekeys,
    envelope: sent.envelope,
    ...psk,
    pskKind,
    random,
    nowMs: startMs,
  })
  if ('failure' in answer) throw new Error(answer.failure)
  return { ana: sent.session, bo: answer.session, random, first: sent.envelope, published }
}

/** Seals one message. */
export async function say(
  session: Session,
  text: string,
  random: Random,
): Promise<{ session: Session; envelope: Bytes }> {
  return sealMessage(session, utf8(text), { random, nowMs: startMs })
}

/** Opens one message that must open. */
export async function hear(
  session: Session,
  envelope: Bytes,
  nowMs: number = startMs,
): Promise<{ session: Session; text: string }> {
  const opened = await openMessage(session, envelope, { nowMs })
  if ('failure' in opened) throw new Error(opened.failure)
  return { session: opened.session, text: new TextDecoder().decode(opened.content) }
}

/** Both have heard from each other, and know it: epochs 0 to 2 are done. */
export async function acquaint(options: { readonly seed?: string } = {}): Promise<Pair> {
  const { random, ...met } = await meet(options)
  const reply = await say(met.bo, 'hi', random)
  const heard = await hear(met.ana, reply.envelope)
  const answer = await say(heard.session, 'how are you', random)
  const done = await hear(reply.session, answer.envelope)
  return { ana: answer.session, bo: done.session, random }
}
