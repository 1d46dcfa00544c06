// Packets of clips that are encoded alike, one clip after the other.

import type { InputTrack, Output } from 'mediabunny'
import { MediaError } from '../../../messenger/ports.ts'
import { throwIfAborted } from '../../shared/classify.ts'
import type { Mediabunny } from '../video/mediabunny.ts'
import type { Clip } from './clip.ts'

export interface ClipOptions {
  readonly signal: AbortSignal
  /** Seconds of the joined video. */
  readonly onTime: (seconds: number) => void
}

export async function copyClips(
  media: Mediabunny,
  output: Output,
  clips: readonly Clip[],
  { signal, onTime }: ClipOptions,
): Promise<void> {
  const [model] = clips
  const videoCodec = await model?.picture.getCodec()
  const videoConfig = await model?.picture.getDecoderConfig()
  if (model === undefined || !videoCodec || !videoConfig) throw new MediaError('unsupported')
  const picture = new media.EncodedVideoPacketSource(videoCodec)
  output.addVideoTrack(picture, { rotation: await model.picture.getRotation() })
  const audioCodec = await model.sound?.getCodec()
  const audioConfig = await model.sound?.getDecoderConfig()
  if (model.sound !== null && (!audioCodec || !audioConfig)) throw new MediaError('unsupported')
  const sound = audioCodec ? new media.EncodedAudioPacketSource(audioCodec) : undefined
  if (sound !== undefined) output.addAudioTrack(sound)
  const audioMeta = audioConfig ? { decoderConfig: audioConfig } : {}
  await output.start()

  let start = 0
  for (const clip of clips) {
    const shift = start - clip.first
    const packets = (track: InputTrack) => new media.EncodedPacketSink(track).packets()
    for await (const packet of packets(clip.picture)) {
      throwIfAborted(signal)
      const timestamp = packet.timestamp + shift
      await picture.add(packet.clone({ timestamp }), { decoderConfig: videoConfig })
      onTime(timestamp)
    }
    if (clip.sound !== null) {
      for await (const packet of packets(clip.sound)) {
        throwIfAborted(signal)
        await sound?.add(packet.clone({ timestamp: packet.timestamp + shift }), audioMeta)
      }
    }
    start += clip.seconds
  }
}
