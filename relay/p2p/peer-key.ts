// The relay's libp2p key, kept in the data folder: links and addresses name the relay by it.

import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import { loadKeyFile } from '../key-file.ts'

export const peerKeyName = 'peer.key'

/** Makes the key on first use. @throws SetupError */
export function loadPeerKey(dataDirectory: string): Promise<PrivateKey> {
  return loadKeyFile(dataDirectory, peerKeyName, {
    create: async () => privateKeyToProtobuf(await generateKeyPair('Ed25519')),
    read: privateKeyFromProtobuf,
    loss: 'to give the relay a new identity.',
  })
}
