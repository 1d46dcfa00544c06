// STUN (RFC 8489): the one question a browser asks, "from which address do you see me?", and its answer.

import type { RemoteInfo } from 'node:dgram'
import { isIPv6 } from 'node:net'

const headerBytes = 20
const magicCookie = 0x2112a442
const bindingRequest = 0x0001
const bindingSuccess = 0x0101
const xorMappedAddress = 0x0020
/** A browser's request has 20 to 60 bytes. A larger one is somebody else's. */
const requestBytes = 548

/**
 * The answer to a Binding request of this sender; undefined for anything else, which is dropped: an answer to garbage
 * would go to whoever was named as its sender. It is at most 44 bytes, so nobody is flooded by way of it.
 */
export function answerBinding(request: Uint8Array, from: Pick<RemoteInfo, 'address' | 'port'>): Uint8Array | undefined {
  if (request.length < headerBytes || request.length > requestBytes || request.length % 4 !== 0) return undefined
  const view = new DataView(request.buffer, request.byteOffset, request.byteLength)
  const isBinding = view.getUint16(0) === bindingRequest && view.getUint32(4) === magicCookie
  if (!isBinding || view.getUint16(2) !== request.length - headerBytes) return undefined
  const address = addressBytes(from.address)
  if (address === undefined) return undefined

  const answer = new Uint8Array(headerBytes + 8 + address.length)
  const out = new DataView(answer.buffer)
  out.setUint16(0, bindingSuccess)
  out.setUint16(2, 8 + address.length)
  // Magic cookie and transaction id, by which the browser knows the answer.
  answer.set(request.subarray(4, headerBytes), 4)
  out.setUint16(headerBytes, xorMappedAddress)
  out.setUint16(headerBytes + 2, 4 + address.length)
  out.setUint8(headerBytes + 5, address.length === 4 ? 1 : 2)
  out.setUint16(headerBytes + 6, from.port ^ (magicCookie >>> 16))
  // Hidden from routers that rewrite addresses wherever they see them.
  answer.set(
    address.map((byte, index) => byte ^ (request[4 + index] ?? 0)),
    headerBytes + 8,
  )
  return answer
}

function addressBytes(address: string): Uint8Array | undefined {
  const [bare = ''] = address.split('%')
  const mapped = bare.startsWith('::ffff:') && bare.includes('.') ? bare.slice(7) : bare
  if (isIPv6(mapped)) return groupsOf(mapped)
  const parts = mapped.split('.').map(Number)
  return parts.length === 4 && parts.every((part) => part >= 0 && part <= 255) ? Uint8Array.from(parts) : undefined
}

function groupsOf(address: string): Uint8Array {
  // The WHATWG URL parser writes the address in full but for one `::`.
  const [head = '', tail = ''] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === '' ? [] : tail.split(':')
  const groups = [...front, ...Array<string>(8 - front.length - back.length).fill('0'), ...back]
  return Uint8Array.from(groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]))
}
