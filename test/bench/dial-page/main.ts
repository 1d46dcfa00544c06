// The page of the dial bench: the transport alone, and bare connections to measure it against.

import '../../transport/support/page/page.ts'

/** A new peer connection for each call, whose descriptions and candidates the test process carries over. */
export interface BarePeer {
  /** Milliseconds from nothing to the echo of a first message; ends the connection. */
  connect(): Promise<number>
  /** What the other page signalled. */
  signal(message: string): Promise<void>
}

interface Signal {
  readonly description?: RTCSessionDescriptionInit
  readonly candidate?: RTCIceCandidateInit
}

declare global {
  var barePeer: BarePeer
  /** Hands a signal to the other page; given by the test process. */
  function sendSignal(message: string): Promise<void>
}

let connection: RTCPeerConnection | undefined
/** Candidates may overtake the description that they belong to. */
let described: PromiseWithResolvers<void> = Promise.withResolvers()

globalThis.barePeer = {
  async connect() {
    const startedAt = performance.now()
    const opened = open()
    const channel = opened.createDataChannel('bench')
    const echoed = new Promise((resolve) => channel.addEventListener('message', resolve, { once: true }))
    channel.addEventListener('open', () => channel.send('ping'), { once: true })
    await opened.setLocalDescription()
    send({ description: opened.localDescription?.toJSON() })
    await echoed
    const ms = performance.now() - startedAt
    opened.close()
    return ms
  },
  async signal(message) {
    const { description, candidate }: Signal = JSON.parse(message)
    if (description?.type === 'offer') await answer(description)
    else if (description !== undefined) {
      await connection?.setRemoteDescription(description)
      described.resolve()
    } else if (candidate !== undefined) {
      await described.promise
      if (connection?.signalingState !== 'closed') await connection?.addIceCandidate(candidate)
    }
  },
}

async function answer(offer: RTCSessionDescriptionInit): Promise<void> {
  connection?.close()
  const opened = open()
  opened.addEventListener('datachannel', ({ channel }) => {
    channel.addEventListener('message', ({ data }: MessageEvent<string>) => channel.send(data))
  })
  await opened.setRemoteDescription(offer)
  described.resolve()
  await opened.setLocalDescription()
  send({ description: opened.localDescription?.toJSON() })
}

function open(): RTCPeerConnection {
  const opened = new RTCPeerConnection()
  connection = opened
  described = Promise.withResolvers()
  opened.addEventListener('icecandidate', ({ candidate }) => {
    if (candidate !== null && candidate.candidate !== '') send({ candidate: candidate.toJSON() })
  })
  return opened
}

function send(signal: { readonly [Name in keyof Signal]: Signal[Name] | undefined }): void {
  void sendSignal(JSON.stringify(signal))
}
