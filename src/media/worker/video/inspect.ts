// Finds out about a video that was stripped: codecs, size, length, and whether this browser can decode it.

import type { Input, InputAudioTrack, InputVideoTrack } from 'mediabunny'
import { MediaError } from '../../../messenger/ports.ts'
import type { ByteSource } from '../../shared/source.ts'
import type { VideoFacts } from '../../shared/video/facts.ts'
import type { Mediabunny } from './mediabunny.ts'
import { inputOf, recordingOf } from './mediabunny.ts'

/** Enough to tell frame and bit rates. */
const probedFrames = 64

export interface Inspected extends Disposable {
  readonly facts: VideoFacts
  readonly input: Input
}

/** `durationMs`: of what this project wrote; without it, of what comes from elsewhere. @throws MediaError `damaged` when it has no picture */
export async function inspectVideo(media: Mediabunny, video: ByteSource, durationMs?: number): Promise<Inspected> {
  const input = durationMs === undefined ? await recordingOf(media, video, 'all') : inputOf(media, video)
  try {
    const picture = await input.getPrimaryVideoTrack()
    if (picture === null) throw new MediaError('damaged')
    const sound = await input.getPrimaryAudioTrack()
    const facts: VideoFacts = {
      sizeBytes: video.sizeBytes,
      durationMs: durationMs ?? Math.round((await input.computeDuration()) * 1000),
      width: await picture.getDisplayWidth(),
      height: await picture.getDisplayHeight(),
      rotation: await picture.getRotation(),
      framesPerSecond: await framesPerSecond(picture),
      videoCodec: (await picture.getCodecParameterString()) ?? undefined,
      audioCodec: (await sound?.getCodecParameterString()) ?? undefined,
      hasSound: sound !== null,
      soundBitrate: await bitrate(sound),
      soundIsAac: (await sound?.getCodec()) === 'aac',
      playsEverywhere: await playsEverywhere(picture, sound),
      decodes:
        (await decodes(picture)) && (sound === null || (await decodes(sound)) || (await sound.getCodec()) === 'aac'),
    }
    return { facts, input, [Symbol.dispose]: () => input.dispose() }
  } catch (error) {
    input.dispose()
    throw error instanceof MediaError ? error : new MediaError('damaged', { cause: error })
  }
}

async function playsEverywhere(picture: InputVideoTrack, sound: InputAudioTrack | null): Promise<boolean> {
  const profile = (await picture.getCodecParameterString()) ?? ''
  // High 10 and above are decoded by few.
  const common = /^avc[13]\.(42|4d|58|64)/i.test(profile)
  return common && (sound === null || (await sound.getCodec()) === 'aac')
}

async function decodes(track: InputVideoTrack | InputAudioTrack): Promise<boolean> {
  return await track.canDecode().catch(() => false)
}

async function framesPerSecond(picture: InputVideoTrack): Promise<number> {
  const { averageFrameRate } = await picture.computeFrameRateMetrics({ targetPacketCount: probedFrames })
  return Number.isFinite(averageFrameRate) ? averageFrameRate : 0
}

async function bitrate(sound: InputAudioTrack | null): Promise<number> {
  if (sound === null) return 0
  const { averageBitrate } = await sound.computePacketStats(probedFrames)
  return Number.isFinite(averageBitrate) ? Math.round(averageBitrate) : 0
}
