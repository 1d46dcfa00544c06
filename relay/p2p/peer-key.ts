// The relay's libp2p key, kept in the data folder: links and addresses name the relay by it.

import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { syncPath } from '../durable.ts'
import { SetupError } from '../setup-error.ts'

export const peerKeyName = 'peer.key'

/** Makes the key on first use. @throws SetupError for a damaged file: a silent new key would break every address */
export async function loadPeerKey(dataDirectory: string): Promise<PrivateKey> {
  const path = join(dataDirectory, peerKeyName)
  const bytes = await readFile(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new SetupError(`The file ${peerKeyName} in the data folder cannot be read.`, { cause: error })
  })
  if (bytes === undefined) return createPeerKey(dataDirectory, path)
  try {
    return privateKeyFromProtobuf(bytes)
  } catch (error) {
    const message = `The file ${peerKeyName} in the data folder is damaged. Restore it from a backup, or delete it to give the relay a new identity.`
    throw new SetupError(message, { cause: error })
  }
}

async function createPeerKey(dataDirectory: string, path: string): Promise<PrivateKey> {
  const key = await generateKeyPair('Ed25519')
  const temporary = `${path}.new`
  // What a start that was cut off left there is written over.
  const file = await open(temporary, 'w', 0o600)
  try {
    await file.writeFile(privateKeyToProtobuf(key))
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
  await syncPath(dataDirectory)
  return key
}
