// A playable video of any size on disk: the small clip over and over, each frame followed by an H.264 filler unit, which
// a decoder skips. The fillers are holes in the file, so that it takes little room and no time.

import { open } from 'node:fs/promises'
import {
  BufferSource,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  MP4,
  Mp4OutputFormat,
  Output,
  StreamTarget,
} from 'mediabunny'
import type { EncodedPacket, StreamTargetChunk } from 'mediabunny'
import { videoWithLocation } from '../support/media.ts'

/** About what a frame of 4K film from a phone takes. */
const largeFrameBytes = 256 * 1024
const lengthBytes = 4
/** H.264 unit type 12. */
const fillerType = 0x0c

/** `frameBytes`: of each frame, at least; as many as it takes. 30 of them are a second. */
export async function writeLongVideo(path: string, sizeBytes: number, frameBytes = largeFrameBytes): Promise<void> {
  const input = new Input({ source: new BufferSource(await videoWithLocation()), formats: [MP4] })
  const track = await input.getPrimaryVideoTrack()
  const decoderConfig = await track?.getDecoderConfig()
  if (track === null || decoderConfig === null || decoderConfig === undefined) throw new Error('the clip has no video')
  const clip: EncodedPacket[] = []
  for await (const packet of new EncodedPacketSink(track).packets()) clip.push(packet)
  const clipSeconds = await track.computeDuration()

  const file = await open(path, 'w')
  let fileBytes = 0
  try {
    const writable = new WritableStream<StreamTargetChunk>({
      async write({ data, position }) {
        await file.write(data, 0, withoutZerosBehind(data), position)
        fileBytes = Math.max(fileBytes, position + data.length)
      },
    })
    const output = new Output({ format: new Mp4OutputFormat({ fastStart: false }), target: new StreamTarget(writable) })
    const source = new EncodedVideoPacketSource('avc')
    output.addVideoTrack(source)
    await output.start()
    for (let frame = 0; frame * frameBytes < sizeBytes; frame += 1) {
      const packet = clip[frame % clip.length]
      if (packet === undefined) throw new Error('the clip has no frames')
      const data = new Uint8Array(Math.max(frameBytes, packet.data.length + lengthBytes + 2))
      data.set(packet.data)
      const filler = new DataView(data.buffer, packet.data.length)
      filler.setUint32(0, filler.byteLength - lengthBytes)
      filler.setUint8(lengthBytes, fillerType)
      const timestamp = packet.timestamp + Math.floor(frame / clip.length) * clipSeconds
      await source.add(packet.clone({ data, timestamp }), { decoderConfig })
    }
    await output.finalize()
    await file.truncate(fileBytes)
  } finally {
    await file.close()
  }
}

/** Length without the zeros at the end: what is not written is a hole. */
function withoutZerosBehind(data: Uint8Array): number {
  let end = data.length
  while (end > 1 && data[end - 1] === 0) end -= 1
  return end
}
