// PeerJS, with its default serialization, which takes a file as it is.

import type { DataConnection } from 'peerjs'
import { Peer } from 'peerjs'
import type { FilePeer, Meeting } from './file-peer.ts'
import { done, rtcConfig } from './file-peer.ts'

export async function meetWithPeerJs({ isFirst, port, signal, onSignal }: Meeting): Promise<FilePeer> {
  const otherIsThere = new Promise<void>((resolve) => onSignal(() => resolve()))
  const peer = new Peer(isFirst ? 'first' : 'second', { host: 'localhost', port, path: '/', config: rtcConfig })
  await new Promise((resolve) => peer.once('open', resolve))
  const called = new Promise<DataConnection>((resolve) => peer.once('connection', resolve))
  if (isFirst) await otherIsThere
  else signal('there')
  const connection = isFirst ? peer.connect('second', { reliable: true }) : await called
  if (!connection.open) await new Promise<void>((resolve) => connection.once('open', resolve))
  let arrived: (() => void) | undefined
  connection.on('data', (data) => {
    if (data === done) arrived?.()
    else void connection.send(done)
  })
  return {
    async send(file) {
      const acknowledged = new Promise<void>((resolve) => (arrived = resolve))
      await connection.send(file)
      await acknowledged
    },
  }
}
