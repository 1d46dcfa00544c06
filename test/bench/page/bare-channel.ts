// The reference: a WebRTC data channel with nothing on top, the way a careful program would use it.

/** Message size and buffer of the reference, the same in every report. */
const messageBytes = 64 * 1024
const bufferBytes = 1024 * 1024

export interface BareChannel {
  offer(): Promise<string>
  answer(offer: string): Promise<string>
  accept(answer: string): Promise<void>
  /** Resolves when the channel is open. */
  open(): Promise<void>
  /** Moves bytes to the peer's memory; resolves, in milliseconds, when the peer says that it has all of them. */
  transfer(totalBytes: number): Promise<number>
  /** Milliseconds from a message to its echo. */
  roundTrip(): Promise<number>
}

export function createBareChannel(): BareChannel {
  const connection = new RTCPeerConnection()
  const channel = connection.createDataChannel('bench', { negotiated: true, id: 0 })
  channel.binaryType = 'arraybuffer'
  channel.bufferedAmountLowThreshold = bufferBytes / 2
  let received = new Uint8Array(0)
  let filled = 0
  let reply: (() => void) | undefined
  channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (data instanceof ArrayBuffer) {
      received.set(new Uint8Array(data), filled)
      filled += data.byteLength
      if (filled === received.length) channel.send('done')
    } else if (data === 'done' || data === 'pong') {
      reply?.()
    } else if (data === 'ping') {
      channel.send('pong')
    } else {
      received = new Uint8Array(Number(data))
      filled = 0
    }
  })

  async function description(): Promise<string> {
    if (connection.iceGatheringState !== 'complete') {
      await new Promise<void>((resolve) => {
        connection.addEventListener('icegatheringstatechange', () => {
          if (connection.iceGatheringState === 'complete') resolve()
        })
      })
    }
    return JSON.stringify(connection.localDescription)
  }

  function untilReply(): Promise<void> {
    return new Promise((resolve) => {
      reply = resolve
    })
  }

  return {
    async offer() {
      await connection.setLocalDescription()
      return description()
    },
    async answer(offer) {
      await connection.setRemoteDescription(parse(offer))
      await connection.setLocalDescription()
      return description()
    },
    async accept(answer) {
      await connection.setRemoteDescription(parse(answer))
    },
    async open() {
      if (channel.readyState === 'open') return
      await new Promise((resolve) => channel.addEventListener('open', resolve, { once: true }))
    },
    async transfer(totalBytes) {
      const message = crypto.getRandomValues(new Uint8Array(messageBytes))
      const done = untilReply()
      const startedAt = performance.now()
      channel.send(String(totalBytes))
      for (let sentBytes = 0; sentBytes < totalBytes; sentBytes += messageBytes) {
        if (channel.bufferedAmount > bufferBytes) {
          await new Promise((resolve) => channel.addEventListener('bufferedamountlow', resolve, { once: true }))
        }
        channel.send(message.subarray(0, Math.min(messageBytes, totalBytes - sentBytes)))
      }
      await done
      return performance.now() - startedAt
    },
    async roundTrip() {
      const echoed = untilReply()
      const startedAt = performance.now()
      channel.send('ping')
      await echoed
      return performance.now() - startedAt
    },
  }
}

function parse(description: string): RTCSessionDescriptionInit {
  const init: RTCSessionDescriptionInit = JSON.parse(description)
  return init
}
