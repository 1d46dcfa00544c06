// The frames of a part of a video. It can be cut without encoding it anew before a frame that needs no other.

import type { Input } from 'mediabunny'
import type { VideoEdits } from '../../../messenger/ports.ts'
import { MediaError } from '../../../messenger/ports.ts'
import type { Mediabunny } from './mediabunny.ts'

/** The first one in the part. @throws MediaError `not-cut` when there is none */
export async function firstKeyFrameMs(
  media: Mediabunny,
  input: Input,
  { startMs, endMs }: NonNullable<VideoEdits['trim']>,
): Promise<number> {
  const picture = await input.getPrimaryVideoTrack()
  if (picture === null) throw new MediaError('damaged')
  const sink = new media.EncodedPacketSink(picture)
  const options = { verifyKeyPackets: true }
  const start = startMs / 1000
  const before = (await sink.getKeyPacket(start, options)) ?? (await sink.getFirstKeyPacket(options))
  const packet = before !== null && before.timestamp < start ? await sink.getNextKeyPacket(before, options) : before
  if (packet === null || packet.timestamp * 1000 >= endMs) throw new MediaError('not-cut')
  return packet.timestamp * 1000
}

/** How many frames a part has, or the film. Reads no frame. */
export async function countFrames(media: Mediabunny, input: Input, { trim }: VideoEdits): Promise<number> {
  const picture = await input.getPrimaryVideoTrack()
  if (picture === null) return 0
  const [start, end] = trim === undefined ? [0, Infinity] : [Math.max(0, trim.startMs / 1000), trim.endMs / 1000]
  let count = 0
  const packets = new media.EncodedPacketSink(picture).packets(undefined, undefined, { metadataOnly: true })
  for await (const { timestamp } of packets) if (timestamp >= start && timestamp < end) count++
  return count
}
