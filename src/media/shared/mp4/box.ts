// Boxes of the ISO base media file format (ISO/IEC 14496-12), also of QuickTime: reading the ones in memory, and writing.

import { MediaError } from '../../../messenger/ports.ts'
import { mediaLimits } from '../../limits.ts'

export interface Box {
  readonly type: string
  /** What follows size and type. */
  readonly body: Uint8Array
}

/** Size, or 1 for a size of 64 bits after the type, or 0 for "to the end". */
export const boxHeaderBytes = 8
export const largeBoxHeaderBytes = 16

/** The boxes one after another in `bytes`. @throws MediaError `damaged` unless they fill it, or when they are too many */
export function boxesOf(bytes: Uint8Array): Box[] {
  const view = viewOf(bytes)
  const boxes: Box[] = []
  for (let at = 0; at < bytes.length;) {
    // QuickTime ends some lists with a zero, and a padding below eight bytes is no box.
    if (at + boxHeaderBytes > bytes.length || view.getUint32(at) === 0) break
    if (boxes.length === mediaLimits.boxes) throw new MediaError('damaged')
    const small = view.getUint32(at)
    const header = small === 1 ? largeBoxHeaderBytes : boxHeaderBytes
    if (at + header > bytes.length) throw new MediaError('damaged')
    const size = small === 1 ? Number(view.getBigUint64(at + 8)) : small
    if (size < header || at + size > bytes.length) throw new MediaError('damaged')
    boxes.push({ type: fourCc(bytes, at + 4), body: bytes.subarray(at + header, at + size) })
    at += size
  }
  return boxes
}

export function find(boxes: readonly Box[], type: string): Uint8Array | undefined {
  return boxes.find((box) => box.type === type)?.body
}

/** @throws MediaError `damaged` when it is missing */
export function need(boxes: readonly Box[], type: string): Uint8Array {
  const body = find(boxes, type)
  if (body === undefined) throw new MediaError('damaged')
  return body
}

/** A view of a body that has at least `length` bytes. @throws MediaError `damaged` */
export function viewOf(body: Uint8Array, length = 0): DataView {
  if (body.length < length) throw new MediaError('damaged')
  return new DataView(body.buffer, body.byteOffset, body.byteLength)
}

export function fourCc(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4))
}

export function box(type: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const size = parts.reduce((length, part) => length + part.length, boxHeaderBytes)
  const bytes = new Uint8Array(size)
  new DataView(bytes.buffer).setUint32(0, size)
  for (let index = 0; index < 4; index++) bytes[4 + index] = type.charCodeAt(index)
  let offset = boxHeaderBytes
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.length
  }
  return bytes
}

/** A box whose body begins with a version and 24 bits of flags. */
export function fullBox(type: string, version: number, flags: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return box(type, u32s((version << 24) | flags), ...parts)
}

/** Big-endian 32-bit integers, modulo 2^32. */
export function u32s(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4)
  const view = new DataView(bytes.buffer)
  for (const [index, value] of values.entries()) view.setUint32(index * 4, value)
  return bytes
}

export function u16s(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 2)
  const view = new DataView(bytes.buffer)
  for (const [index, value] of values.entries()) view.setUint16(index * 2, value)
  return bytes
}

export function u64s(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 8)
  const view = new DataView(bytes.buffer)
  for (const [index, value] of values.entries()) view.setBigUint64(index * 8, BigInt(value))
  return bytes
}
