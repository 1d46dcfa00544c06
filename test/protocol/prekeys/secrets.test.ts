import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createIdentity } from '../../../src/protocol/identity/identity.ts'
import { limits } from '../../../src/protocol/limits.ts'
import { createPrekeys } from '../../../src/protocol/prekeys/create.ts'
import {
  type PrekeySecrets,
  decodePrekeySecrets,
  encodePrekeySecrets,
  findKemSecret,
  findSignedSecret,
  isExpired,
  joinSecrets,
  withoutExpired,
  withoutOneTime,
} from '../../../src/protocol/prekeys/secrets.ts'
import { CryptoError } from '../../../src/protocol/primitives/error.ts'
import { dayMs, seededRandom, startMs } from '../session/people.ts'

const random = seededRandom('secrets')
const identity = createIdentity({ random, nowMs: startMs })
const mailboxId = random(32)

async function create(
  oneTimeCount: number,
  options: { earlier?: PrekeySecrets; nowMs?: number; use?: 'one-use' | 'reusable' } = {},
): Promise<PrekeySecrets> {
  const { earlier, nowMs = startMs, use = 'reusable' } = options
  const { secrets } = await createPrekeys({ identity, mailboxId, use, oneTimeCount, random, nowMs })
  return earlier === undefined ? secrets : joinSecrets(earlier, secrets, nowMs)
}

describe('prekey secrets', () => {
  it('come back from their encoding', async () => {
    const secrets = await create(3, { earlier: await create(2) })
    expect(decodePrekeySecrets(encodePrekeySecrets(secrets))).toEqual(secrets)
    const oneUse = await create(1, { use: 'one-use' })
    expect(decodePrekeySecrets(encodePrekeySecrets(oneUse))).toEqual(oneUse)
  })

  it('come back also when there are as many as there may be', async () => {
    const full = await create(limits.oneTimePrekeys)
    const secrets = { ...full, sets: Array.from({ length: limits.prekeySets }, () => full.sets).flat() }
    expect(decodePrekeySecrets(encodePrekeySecrets(secrets))).toEqual(secrets)
  })

  it('have no decoding of anything else', async () => {
    const encoded = encodePrekeySecrets(await create(1))
    for (let length = 0; length < encoded.length; length += 13) {
      expect(decodePrekeySecrets(encoded.subarray(0, length))).toBeUndefined()
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => decodePrekeySecrets(noise) === undefined),
      { seed: 7 },
    )
  })

  it('lose exactly the one-time key that was used', async () => {
    const secrets = await create(3)
    const used = secrets.sets[0]?.oneTime[1]?.id ?? new Uint8Array(16)
    expect(findKemSecret(secrets, 'one-time', used)).toBeDefined()
    const left = withoutOneTime(secrets, used)
    expect(findKemSecret(left, 'one-time', used)).toBeUndefined()
    expect(left.sets[0]?.oneTime).toHaveLength(2)
    expect(secrets.sets[0]?.oneTime).toHaveLength(3)
  })

  it('of a one-time key are not found as last-resort key, and the reverse', async () => {
    const set = (await create(1)).sets[0]
    const secrets = { mailboxId, use: 'reusable', sets: set ? [set] : [] } as const
    const oneTime = set?.oneTime[0]?.id ?? new Uint8Array(16)
    const lastResort = set?.lastResort?.id ?? new Uint8Array(16)
    expect(findKemSecret(secrets, 'last-resort', oneTime)).toBeUndefined()
    expect(findKemSecret(secrets, 'one-time', lastResort)).toBeUndefined()
    expect(findKemSecret(secrets, 'last-resort', lastResort)).toBeDefined()
  })

  it('of earlier sets are kept for 37 days', async () => {
    const first = await create(1)
    const id = first.sets[0]?.signed.id ?? new Uint8Array(16)
    const inTime = await create(1, { earlier: first, nowMs: startMs + 37 * dayMs - 1 })
    expect(findSignedSecret(inTime, id)).toBeDefined()
    const late = await create(1, { earlier: first, nowMs: startMs + 37 * dayMs })
    expect(findSignedSecret(late, id)).toBeUndefined()
    expect(first.sets.some((set) => isExpired(set, startMs + 37 * dayMs))).toBe(true)
  })

  it('are at most forty sets however often they are published, the newest first', async () => {
    let secrets = await create(0)
    for (let count = 0; count < 45; count++) secrets = await create(0, { earlier: secrets, nowMs: startMs + count })
    expect(secrets.sets).toHaveLength(40)
    expect(secrets.sets.map(({ createdAtMs }) => createdAtMs - startMs)).toEqual(
      Array.from({ length: 40 }, (_, index) => 44 - index),
    )
  })

  it('go when their time is over, and stay the same object until then', async () => {
    const earlier = await create(1)
    const secrets = await create(1, { earlier, nowMs: startMs + dayMs })
    expect(withoutExpired(secrets, startMs + 37 * dayMs - 1)).toBe(secrets)
    expect(withoutExpired(secrets, startMs + 37 * dayMs).sets).toEqual(secrets.sets.slice(0, 1))
    expect(withoutExpired(secrets, startMs + 38 * dayMs).sets).toEqual([])
  })

  it('have ids that differ from mailbox to mailbox', async () => {
    const ids = [await create(1), await create(1)].map(({ sets }) => sets[0]?.signed.id)
    expect(ids[0]).not.toEqual(ids[1])
  })

  it('are made only with a sensible number of one-time keys', async () => {
    await expect(create(0, { use: 'one-use' })).rejects.toThrow(CryptoError)
    await expect(create(2, { use: 'one-use' })).rejects.toThrow(CryptoError)
    await expect(create(limits.oneTimePrekeys + 1)).rejects.toThrow(CryptoError)
  })

  it('of one mailbox are never mixed with those of another', async () => {
    const earlier = { ...(await create(1)), mailboxId: new Uint8Array(32) }
    await expect(create(1, { earlier })).rejects.toThrow(CryptoError)
    await expect(create(1, { earlier: await create(1), use: 'one-use' })).rejects.toThrow(CryptoError)
  })
})
