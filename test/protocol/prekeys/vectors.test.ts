// Frozen vectors of protocol version 1: if one of these fails, the change breaks what people have stored and sent.

import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../../../src/protocol/bytes.ts'
import { openBundle } from '../../../src/protocol/prekeys/bundle.ts'
import { decodePrekeySecrets, findKemSecret, findSignedSecret } from '../../../src/protocol/prekeys/secrets.ts'
import { dhKeyOf } from '../../../src/protocol/primitives/x25519.ts'
import { kemKeyOf } from '../../../src/protocol/primitives/xwing.ts'
import { prekeyVectors } from '../../vectors/frozen.ts'
import vectors from '../../vectors/v1/prekeys.json' with { type: 'json' }

function hex(text: string | undefined): Uint8Array {
  const bytes = fromHex(text ?? '')
  if (bytes === undefined) throw new Error('not hex')
  return bytes
}

describe('the frozen vectors of prekeys', () => {
  it('are what this implementation makes', async () => {
    expect(await prekeyVectors()).toEqual(vectors)
  })

  it('open, and go with the stored secrets', async () => {
    for (const vector of vectors.cases) {
      const bundle = openBundle({
        psk: hex(vector.psk),
        mailboxId: hex(vector.mailboxId),
        fingerprint: hex(vector.fingerprint),
        main: hex(vector.sealedMain),
        oneTime: hex(vector.sealedOneTime[0]),
        use: vector.name === 'one-use' ? 'one-use' : 'reusable',
        nowMs: vector.nowMs,
      })
      const secrets = decodePrekeySecrets(hex(vector.secrets))
      const signed = bundle && secrets && findSignedSecret(secrets, bundle.signed.id)
      const kem = bundle && secrets && findKemSecret(secrets, bundle.kem.kind, bundle.kem.id)
      if (!signed || !kem) throw new Error('bundle and secrets do not go together')
      expect(dhKeyOf(signed.secretKey).publicKey).toEqual(bundle.signed.publicKey)
      expect((await kemKeyOf(kem.secretKey)).publicKey).toEqual(bundle.kem.publicKey)
      expect(toHex(bundle.certificate.bytes)).toBe(vector.identity.certificate)
    }
  })
})
