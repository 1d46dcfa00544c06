// Idle subscribers of a relay, each a peer of its own: `idle-clients.ts <port> <peer id> <count>`. Says `ready`, and stays.

import { mailboxKeys } from '../../relay/support/relay.ts'
import type { TestPeer } from '../../relay/support/stream-client.ts'
import { connectPeer } from '../../relay/support/stream-client.ts'
import { inTurns } from './in-turns.ts'

const [port = '', peerId = '', count = ''] = process.argv.slice(2)
const { readKey } = mailboxKeys(99)

/** On a busy machine a handshake may take longer than the peer waits. */
const attempts = 20

async function connect(left = attempts): Promise<TestPeer> {
  try {
    return await connectPeer({ port: Number(port), peerId })
  } catch (error) {
    if (left <= 1) throw error
    return await connect(left - 1)
  }
}

await inTurns(Number(count), async () => {
  const peer = await connect()
  const stream = await peer.open()
  await stream.send({ kind: 'open', readKey, tier: 'contact' }, { kind: 'subscribe', readKeys: [readKey] })
})
process.stdout.write('ready\n')
