// Trystero, in a room that is found through the test process instead of a public network.

import { createTopicStrategy } from '@trystero-p2p/core'
import type { FilePeer, Meeting } from './file-peer.ts'
import { done, rtcConfig } from './file-peer.ts'

export async function meetWithTrystero({ signal, onSignal }: Meeting): Promise<FilePeer> {
  const topics = new Map<string, (topic: string, message: string) => unknown>()
  onSignal((message) => {
    const { topic, text }: { topic: string; text: string } = JSON.parse(message)
    void topics.get(topic)?.(topic, text)
  })
  const joinRoom = createTopicStrategy<object>({
    init: () => ({}),
    subscribeTopic(_, topic, onMessage) {
      topics.set(topic, onMessage)
      return () => void topics.delete(topic)
    },
    publishTopic(_, topic, message) {
      signal(JSON.stringify({ topic, text: message }))
    },
    steadyAnnounceIntervalMs: 2000,
  })
  const room = joinRoom({ appId: 'bench', rtcConfig }, 'bench')
  await new Promise<void>((resolve) => (room.onPeerJoin = () => resolve()))
  let arrived: (() => void) | undefined
  const answer = room.makeAction<string>('answer', { onMessage: (text) => void (text === done && arrived?.()) })
  const files = room.makeAction<Blob>('file', { onMessage: () => answer.send(done) })
  return {
    async send(file) {
      const acknowledged = new Promise<void>((resolve) => (arrived = resolve))
      await files.send(file)
      await acknowledged
    },
  }
}
