import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { createLibp2p } from 'libp2p'
import { expect, it } from 'vitest'
import { createOwnRecord } from '../../../relay/p2p/own-record.ts'

it('libp2p remembers itself with what the relay lets it keep, and no other peer', async () => {
  const privateKey = await generateKeyPair('Ed25519')
  const own = peerIdFromPrivateKey(privateKey)
  const other = peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
  const libp2p = await createLibp2p({ privateKey, datastore: createOwnRecord(own) })
  try {
    await libp2p.handle('/test/1', () => undefined)
    await libp2p.peerStore.merge(other, { protocols: ['/test/1'] })
    expect((await libp2p.peerStore.get(own)).protocols).toContain('/test/1')
    expect(await libp2p.peerStore.has(other)).toBe(false)
    expect(await libp2p.peerStore.all()).toEqual([])
  } finally {
    await libp2p.stop()
  }
})
