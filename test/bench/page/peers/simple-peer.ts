// simple-peer, written to as the stream that it is, in messages of 64 KiB.

import SimplePeer from 'simple-peer/simplepeer.min.js'
import type { FilePeer, Meeting } from './file-peer.ts'
import { done, rtcConfig } from './file-peer.ts'

const messageBytes = 64 * 1024

export async function meetWithSimplePeer({ isFirst, signal, onSignal }: Meeting): Promise<FilePeer> {
  const peer = new SimplePeer({ initiator: isFirst, config: rtcConfig })
  peer.on('signal', (data) => signal(JSON.stringify(data)))
  onSignal((message) => peer.signal(message))
  await new Promise<void>((resolve) => peer.on('connect', () => resolve()))
  let arrived: (() => void) | undefined
  let expected = 0
  let parts: Uint8Array[] = []
  let received = 0
  peer.on('data', (data) => {
    if (data.length < 32) {
      const text = new TextDecoder().decode(data)
      if (text === done) return arrived?.()
      if (text.startsWith('size ')) {
        ;[expected, received, parts] = [Number(text.slice(5)), 0, []]
        return
      }
    }
    parts.push(data)
    received += data.length
    if (received === expected) peer.send(done)
  })
  return {
    async send(file) {
      const acknowledged = new Promise<void>((resolve) => (arrived = resolve))
      peer.send(`size ${file.size}`)
      const bytes = new Uint8Array(await file.arrayBuffer())
      for (let at = 0; at < bytes.length; at += messageBytes)
        if (!peer.write(bytes.subarray(at, at + messageBytes)))
          await new Promise<void>((resolve) => peer.once('drain', () => resolve()))
      await acknowledged
    },
  }
}
