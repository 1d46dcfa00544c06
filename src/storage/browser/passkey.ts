// Passkeys as a second way to open a vault (WebAuthn with the PRF extension): the authenticator answers a salt with 32
// bytes that nobody can compute without it, after the person has proved to be there. Nothing is sent anywhere, so the
// challenge, which is for a server, is thrown away.

import type { Passkey, VaultSecret, VaultWay } from '../../messenger/ports/vault.ts'
import { PasskeyError } from '../../messenger/ports/vault.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import { toBase64Url } from '../../protocol/bytes.ts'
import { slotSaltBytes } from '../../protocol/vault/slot-table.ts'
import { domErrorName } from './dom-error.ts'

/** EdDSA, ES256 and RS256: some authenticator has only one of them. The signatures are not looked at. */
const algorithms = [-8, -7, -257]
const userVerification = 'required'

/** Whether the browser offers them at all. Whether an authenticator has PRF shows only when it is asked. */
export async function arePasskeysOffered(): Promise<boolean> {
  if (!('PublicKeyCredential' in globalThis)) return false
  // Not in every browser that has PRF; where it says no, there is none.
  if (!('getClientCapabilities' in PublicKeyCredential)) return true
  const capabilities = await PublicKeyCredential.getClientCapabilities()
  return capabilities['extension:prf'] !== false
}

/** Asks the person to make one. Nothing in it names them. @throws PasskeyError */
export async function createPasskey(): Promise<Passkey> {
  const salt = random(slotSaltBytes)
  const made = await asked(() =>
    navigator.credentials.create({
      publicKey: {
        rp: { name: 'Safelight' },
        user: { id: random(16), name: 'Safelight in this browser', displayName: 'Safelight in this browser' },
        challenge: random(32),
        pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key', alg })),
        authenticatorSelection: { residentKey: 'preferred', userVerification },
        extensions: { prf: { eval: { first: salt } } },
      },
    }),
  )
  const { prf } = made.getClientExtensionResults()
  if (prf?.enabled !== true) throw new PasskeyError('unsupported')
  const credentialId = new Uint8Array(made.rawId)
  // Many authenticators answer only when they are used.
  const first = prf.results?.first
  const secret = first === undefined ? (await ask([{ credentialId, salt }])).secret : bytesOf(first)
  return { credentialId, salt, secret }
}

/** Asks for one of the passkeys among these ways. @throws PasskeyError */
export async function usePasskey(ways: readonly VaultWay[]): Promise<VaultSecret> {
  return { kind: 'passkey', ...(await ask(ways.filter((way) => way.kind === 'passkey'))) }
}

async function ask(
  passkeys: readonly { readonly credentialId: Uint8Array; readonly salt: Uint8Array }[],
): Promise<{ readonly credentialId: Bytes; readonly secret: Bytes }> {
  const evalByCredential = Object.fromEntries(
    passkeys.map(({ credentialId, salt }) => [toBase64Url(credentialId), { first: own(salt) }]),
  )
  const used = await asked(() =>
    navigator.credentials.get({
      publicKey: {
        challenge: random(32),
        allowCredentials: passkeys.map(({ credentialId }) => ({ type: 'public-key', id: own(credentialId) })),
        userVerification,
        extensions: { prf: { evalByCredential } },
      },
    }),
  )
  const first = used.getClientExtensionResults().prf?.results?.first
  if (first === undefined) throw new PasskeyError('unsupported')
  return { credentialId: new Uint8Array(used.rawId), secret: bytesOf(first) }
}

async function asked(call: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  let credential: Credential | null
  try {
    credential = await call()
  } catch (cause) {
    // Browsers say the same of a cancelled prompt, a missing passkey and one that took too long, on purpose.
    const refused = ['NotAllowedError', 'AbortError', 'InvalidStateError'].includes(domErrorName(cause) ?? '')
    throw new PasskeyError(refused ? 'refused' : 'unsupported', { cause })
  }
  if (!(credential instanceof PublicKeyCredential)) throw new PasskeyError('unsupported')
  return credential
}

function random(length: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(length))
}

/** WebAuthn takes no views of shared memory. */
function own(bytes: Bytes): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes)
}

function bytesOf(source: BufferSource): Bytes {
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength).slice()
    : new Uint8Array(source)
}
