import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { type RunningRelay, startRelay } from '../../relay/server.ts'
import type { Clock, Log } from '../../src/messenger/ports.ts'
import { nodeTransport } from '../../src/transport/node.ts'
import { transportContract } from '../contract/transport.ts'

const clock: Clock = {
  now: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}
const log: Log = { debug() {}, warn() {}, error() {} }
const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) }

transportContract('Node over libp2p, with a real relay', async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'safelight-transport-'))
  const start = (port: number): Promise<RunningRelay> =>
    startRelay({ port, host: '127.0.0.1', dataDirectory, logLevel: 'silent' })
  let relay = await start(0)
  const { port, url } = relay
  // An origin that had a relay once: nothing listens there any more.
  const deadDirectory = await mkdtemp(join(tmpdir(), 'safelight-transport-'))
  const dead = await startRelay({ port: 0, host: '127.0.0.1', dataDirectory: deadDirectory, logLevel: 'silent' })
  await dead.stop()
  return {
    relayUrl: url,
    deadUrl: dead.url,
    unknownPeerId: peerIdFromPrivateKey(await generateKeyPair('Ed25519')).toString(),
    createTransport: () => nodeTransport({ random, log, clock }),
    stopRelay: () => relay.stop(),
    async startRelay() {
      relay = await start(port)
    },
    async close() {
      await relay.stop()
      await Promise.all([dataDirectory, deadDirectory].map((folder) => rm(folder, { recursive: true })))
    },
  }
})
