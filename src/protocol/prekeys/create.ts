// Making the prekeys of one mailbox (docs/protocol.md §3): an X25519 key, for reusable mailboxes a last-resort X-Wing
// key, and one-time X-Wing keys, all with random ids that mean nothing elsewhere.

import type { Bytes, Random } from '../bytes.ts'
import { openCertificate } from '../identity/certificate.ts'
import type { Identity } from '../identity/identity.ts'
import { limits } from '../limits.ts'
import { CryptoError, requireLength } from '../primitives/error.ts'
import { createDhKey } from '../primitives/x25519.ts'
import { createKemKey } from '../primitives/xwing.ts'
import { encodeMain, encodeOneTime } from './bundle.ts'
import { type Prekey, type PrekeyKind, prekeyIdBytes, signPrekey } from './prekey.ts'
import { type PrekeySecret, type PrekeySecrets, type PrekeyUse } from './secrets.ts'

export interface CreatedPrekeys {
  readonly secrets: PrekeySecrets
  /** Public parts, to be sealed before they leave. */
  readonly main: Bytes
  readonly oneTime: readonly Bytes[]
}

/**
 * A new set of prekeys. For `one-use` exactly one one-time key; for `reusable` up to `limits.oneTimePrekeys`. What was
 * published earlier for the same mailbox is kept beside it with `joinSecrets`.
 * @throws CryptoError `usage`
 */
export async function createPrekeys(input: {
  readonly identity: Identity
  readonly mailboxId: Bytes
  readonly use: PrekeyUse
  readonly oneTimeCount: number
  readonly random: Random
  readonly nowMs: number
}): Promise<CreatedPrekeys> {
  const { identity, mailboxId, use, oneTimeCount, random, nowMs } = input
  requireLength(mailboxId, 32)
  if (use === 'one-use' ? oneTimeCount !== 1 : oneTimeCount < 0 || oneTimeCount > limits.oneTimePrekeys) {
    throw new CryptoError('usage')
  }
  const own = openCertificate(identity.certificate)
  if (own === undefined) throw new CryptoError('usage')
  const owner = { fingerprint: own.fingerprint, deviceId: own.deviceId, mailboxId }
  const dates = { createdAtMs: nowMs, expiresAtMs: nowMs + limits.prekeyLifetimeMs }
  const log = { logLength: identity.log.length, logHead: identity.log.head }

  const make = (kind: PrekeyKind, pair: KeyPair): { readonly secret: PrekeySecret; readonly prekey: Prekey } => {
    const id = random(prekeyIdBytes)
    const unsigned = { kind, id, publicKey: pair.publicKey, ...dates, ...log }
    return {
      secret: { id, secretKey: pair.secretKey },
      prekey: signPrekey(unsigned, owner, identity.device.sign.secretKey),
    }
  }

  const signed = make('signed', createDhKey(random))
  const lastResort = use === 'reusable' ? make('last-resort', await createKemKey(random)) : undefined
  const oneTime = []
  for (let index = 0; index < oneTimeCount; index++) oneTime.push(make('one-time', await createKemKey(random)))

  const set = {
    certificate: identity.certificate,
    createdAtMs: nowMs,
    signed: signed.secret,
    ...(lastResort && { lastResort: lastResort.secret }),
    oneTime: oneTime.map(({ secret }) => secret),
  }
  return {
    secrets: { mailboxId, use, sets: [set] },
    main: encodeMain({
      certificate: identity.certificate,
      signed: signed.prekey,
      ...(lastResort && { lastResort: lastResort.prekey }),
    }),
    oneTime: oneTime.map(({ prekey }) => encodeOneTime(prekey)),
  }
}

interface KeyPair {
  readonly secretKey: Bytes
  readonly publicKey: Bytes
}
