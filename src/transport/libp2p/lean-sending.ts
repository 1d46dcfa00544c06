// libp2p's WebRTC stream, sending a message with one copy and in one piece. @libp2p/webrtc 6.0.33 (stream.js) copies its
// bytes twice, and sends the length before them as a data channel message of its own, which costs the receiver's page an
// event. The bytes on the stream are the same: they are joined before they are decoded.
//
//   varint length ‖ protobuf { 2: data }

type Parts = Iterable<Uint8Array> & { readonly byteLength: number }

/** How a stream hands its queue to the network. Called with one message at most. */
type SendData = (data: Parts) => { readonly sentBytes: number; readonly canSendMore: boolean }

/** Field 2, with a length. */
const dataTag = 0x12

/** The same stream. Where it looks different in another version of libp2p, nothing is changed. */
export function leanSending<AStream extends object>(stream: AStream): AStream {
  const channel: unknown = Reflect.get(stream, 'channel')
  const bufferBytes: unknown = Reflect.get(stream, 'maxBufferedAmount')
  const replaced: unknown = Reflect.get(stream, 'sendData')
  if (!isDataChannel(channel) || typeof bufferBytes !== 'number' || typeof replaced !== 'function') return stream
  // Used for every message, because a channel copies what it is given: fresh memory for each costs more than the copy.
  let buffer = new Uint8Array(0)

  const encode = (data: Parts): Uint8Array<ArrayBuffer> => {
    const field = [dataTag, ...varint(data.byteLength)]
    const head = [...varint(field.length + data.byteLength), ...field]
    const length = head.length + data.byteLength
    if (buffer.length < length) buffer = new Uint8Array(length)
    buffer.set(head)
    let at = head.length
    for (const part of data) {
      buffer.set(part, at)
      at += part.length
    }
    return buffer.subarray(0, length)
  }
  const sendData: SendData = (data) => {
    if (channel.readyState !== 'open') return { sentBytes: 0, canSendMore: false }
    channel.send(encode(data))
    return { sentBytes: data.byteLength, canSendMore: channel.bufferedAmount < bufferBytes }
  }
  Reflect.set(stream, 'sendData', sendData)
  return stream
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]
}

function isDataChannel(value: unknown): value is RTCDataChannel {
  return typeof value === 'object' && value !== null && 'send' in value && 'bufferedAmount' in value
}
