// One clip of a recording, opened.

import type { Input, InputAudioTrack, InputVideoTrack } from 'mediabunny'
import { MediaError } from '../../../messenger/ports.ts'
import type { ByteSource } from '../../shared/source.ts'
import type { Mediabunny } from '../video/mediabunny.ts'
import { recordingOf } from '../video/mediabunny.ts'

export interface Clip {
  readonly input: Input
  readonly picture: InputVideoTrack
  readonly sound: InputAudioTrack | null
  /** Where it begins in the file: recorders count on while they pause. */
  readonly first: number
  readonly seconds: number
  readonly width: number
  readonly height: number
  /** What has to be the same for packets of two clips to follow one another in one track. */
  readonly encoding: string
}

/** @throws MediaError `not-media`, `unsupported` without picture, `damaged` */
export async function openClip(media: Mediabunny, bytes: ByteSource): Promise<Clip> {
  const input = await recordingOf(media, bytes, 'all')
  try {
    if (!(await input.canRead())) throw new MediaError('not-media')
    const picture = await input.getPrimaryVideoTrack()
    if (picture === null) throw new MediaError('unsupported')
    const sound = await input.getPrimaryAudioTrack()
    const tracks = sound === null ? [picture] : [picture, sound]
    const first = await input.getFirstTimestamp(tracks)
    const seconds = (await input.computeDuration(tracks)) - first
    if (!(seconds > 0)) throw new MediaError('damaged')
    const [width, height] = [await picture.getDisplayWidth(), await picture.getDisplayHeight()]
    return { input, picture, sound, first, seconds, width, height, encoding: await encodingOf(picture, sound) }
  } catch (cause) {
    input.dispose()
    throw cause instanceof MediaError ? cause : new MediaError('damaged', { cause })
  }
}

async function encodingOf(picture: InputVideoTrack, sound: InputAudioTrack | null): Promise<string> {
  const video = await picture.getDecoderConfig()
  const audio = (await sound?.getDecoderConfig()) ?? null
  return JSON.stringify([
    [await picture.getCodec(), video?.codec, video?.codedWidth, video?.codedHeight, bytesOf(video?.description)],
    await picture.getTransformationMatrix(),
    [await sound?.getCodec(), audio?.sampleRate, audio?.numberOfChannels, bytesOf(audio?.description)],
  ])
}

function bytesOf(description: AllowSharedBufferSource | undefined): number[] {
  if (description === undefined) return []
  return ArrayBuffer.isView(description)
    ? [...new Uint8Array(description.buffer, description.byteOffset, description.byteLength)]
    : [...new Uint8Array(description)]
}
