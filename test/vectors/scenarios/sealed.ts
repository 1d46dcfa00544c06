// Envelope sizes and kinds, and media segments in every wrong place.

import { openSegment, sealSegment, startOpening, startSealing } from '../../../src/protocol/blob/floe.ts'
import { type Bytes, concatBytes, u32, utf8 } from '../../../src/protocol/bytes.ts'
import { seededRandom } from '../../protocol/session/people.ts'
import type { CaseFile } from '../cases.ts'
import { build, scenario } from './scenario.ts'

export function envelopeKindFile(): Promise<CaseFile> {
  const split = (name: string, sizeBytes: number, kindByte: number, error?: string) =>
    scenario(name, 'envelope.split', { sizeBytes, kindByte }, error)
  return build('Which sizes and kinds envelopes have, protocol version 1.', [
    ...[4, 8, 16, 32, 64].map((kib) => split(`ratchet, ${kib} KiB`, kib * 1024, 0x12)),
    ...[8, 16, 32, 64].map((kib) => split(`first, ${kib} KiB`, kib * 1024, 0x11)),
    split('first, 4 KiB: no room', 4096, 0x11, 'refused'),
    split('a size between', 5000, 0x12, 'refused'),
    split('one byte short', 4095, 0x12, 'refused'),
    split('one byte long', 65_537, 0x12, 'refused'),
    split('128 KiB', 131_072, 0x12, 'refused'),
    split('of version 2', 4096, 0x22, 'refused'),
    split('of version 0', 4096, 0x02, 'refused'),
    split('a third kind', 4096, 0x13, 'refused'),
  ])
}

export async function blobRefusedFile(): Promise<CaseFile> {
  const random = seededRandom('blob refused')
  const parameters = { segmentBytes: 64, rotationBits: 1 }
  const room = parameters.segmentBytes - 32
  const [key, aad] = [random(32), utf8('aad')]
  const seal = async (count: number, last: number) => {
    const { state, header } = startSealing(key, aad, random, parameters)
    const segments: Bytes[] = []
    for (let index = 0; index < count; index++) {
      const final = index === count - 1
      segments.push(await sealSegment(state, new Uint8Array(final ? last : room).fill(index), index, final, random(12)))
    }
    return { header, segments }
  }
  const { header, segments } = await seal(4, 5)
  const full = await seal(4, room)
  const state = startOpening(key, aad, header, parameters)
  if (state === undefined || (await openSegment(state, segments[0] ?? key, 0, false)) === undefined) {
    throw new Error('the blob does not open')
  }
  const [s0 = key, s1 = key, s2 = key, s3 = key] = segments
  const [, f1 = key, , f3 = key] = full.segments
  const open = (name: string, changes: object, error?: string) =>
    scenario(name, 'floe.open', { key, aad, header, ...parameters, segments, ...changes }, error)
  const refusal = (name: string, changes: object) => open(name, changes, 'refused')
  return build('Segments of media that do not open, protocol version 1. Bytes are hex.', [
    open('as it was sealed', {}),
    open('as it was sealed, the last segment full', full),
    refusal('the last segment missing', { segments: [s0, s1, s2] }),
    refusal('the last segment missing, the one before marked as last', {
      segments: [s0, s1, concatBytes(u32(64), s2.subarray(4))],
    }),
    refusal('two segments swapped', { segments: [s1, s0, s2, s3] }),
    refusal('two segments of one key swapped', { segments: [s0, s1, s3, s2] }),
    refusal('the last segment in place of an inner one', {
      header: full.header,
      segments: [full.segments[0] ?? key, f3, full.segments[2] ?? key, f3],
    }),
    refusal('an inner segment in place of the last one', {
      header: full.header,
      segments: [...full.segments.slice(0, 3), f1],
    }),
    refusal('a segment twice', { segments: [s0, s1, s1, s2, s3] }),
    refusal('a segment of another blob under the same key', { segments: [s0, f1, s2, s3] }),
    refusal('the header of another blob under the same key', { header: full.header }),
    refusal('a segment added at the end', { segments: [...segments, s3] }),
    refusal('the last segment cut', { segments: [s0, s1, s2, s3.subarray(0, -1)] }),
    refusal('a bit of the ciphertext changed', { segments: [s0, s1.with(30, (s1[30] ?? 0) ^ 1), s2, s3] }),
    refusal('a bit of the nonce changed', { segments: [s0, s1.with(5, (s1[5] ?? 0) ^ 1), s2, s3] }),
    refusal('another key', { key: random(32) }),
    refusal('another AAD', { aad: utf8('aae') }),
    refusal('a header with other parameters', { header: header.with(5, 65) }),
    refusal('a header that was cut', { header: header.subarray(0, 73) }),
  ])
}
