// The relay's key at push services (VAPID, RFC 8292), kept in the data folder: a browser subscribes under it, and the
// services take pushes for that subscription from nobody else.

import type { KeyObject } from 'node:crypto'
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { loadKeyFile } from '../key-file.ts'

export const pushKeyName = 'push.key'

const minuteMs = 60 * 1000
/** Services refuse more than 24 hours, and their clocks are not this one. */
const tokenLifeMs = 12 * 60 * minuteMs

export interface PushKey {
  /** P-256, uncompressed, base64url. */
  readonly publicKey: string
  /** The value of the header `Authorization` for this endpoint. */
  authorize(endpoint: string, nowMs: number): string
}

/** Makes the key on first use. `contact`: an `https:` address by which services may reach the operator. @throws SetupError */
export function loadPushKey(dataDirectory: string, contact: string | undefined): Promise<PushKey> {
  return loadKeyFile(dataDirectory, pushKeyName, {
    create: () => {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
      return Promise.resolve(privateKey.export({ type: 'pkcs8', format: 'der' }))
    },
    read: (bytes) => pushKeyOf(createPrivateKey({ key: bytes, type: 'pkcs8', format: 'der' }), contact),
    loss: 'to get a new one, with which everybody subscribes again.',
  })
}

function pushKeyOf(key: KeyObject, contact: string | undefined): PushKey {
  const { crv, x, y } = createPublicKey(key).export({ format: 'jwk' })
  if (crv !== 'P-256' || x === undefined || y === undefined) throw new Error('not a key on P-256')
  const publicKey = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]).toString(
    'base64url',
  )
  const header = part({ typ: 'JWT', alg: 'ES256' })
  return {
    publicKey,
    authorize(endpoint, nowMs) {
      const claims = part({
        aud: new URL(endpoint).origin,
        exp: Math.floor((nowMs + tokenLifeMs) / 1000),
        ...(contact === undefined ? {} : { sub: contact }),
      })
      const signature = sign('sha256', Buffer.from(`${header}.${claims}`), { key, dsaEncoding: 'ieee-p1363' })
      return `vapid t=${header}.${claims}.${signature.toString('base64url')}, k=${publicKey}`
    },
  }
}

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
