// WebTorrent: one page seeds the file, the other one downloads it. Each torrent has a connection of its own, which is made
// in the time that is measured.

import WebTorrent from 'webtorrent/dist/webtorrent.min.js'
import type { FilePeer, Meeting } from './file-peer.ts'
import { done, rtcConfig } from './file-peer.ts'

export async function meetWithWebTorrent({ port, signal, onSignal }: Meeting): Promise<FilePeer> {
  const client = new WebTorrent({ tracker: { rtcConfig }, dht: false, lsd: false, utPex: false, natUpnp: false })
  const options = { announce: [`ws://localhost:${port}/announce`], destroyStoreOnDestroy: true }
  let arrived: (() => void) | undefined
  onSignal((message) => {
    if (message === done) return arrived?.()
    const torrent = client.add(message, options)
    torrent.on('done', () => {
      signal(done)
      torrent.destroy()
    })
  })
  return {
    async send(file) {
      const acknowledged = new Promise<void>((resolve) => (arrived = resolve))
      const torrent = client.seed(file, { ...options, name: `${crypto.randomUUID()}.mp4` }, ({ magnetURI }) =>
        signal(magnetURI),
      )
      await acknowledged
      torrent.destroy()
    },
  }
}
