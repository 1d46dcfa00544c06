// Clips that are not alike, decoded and encoded as one: in the size of the first, with silence where one has no sound.

import type { AudioSample, AudioSampleSource, Output, VideoSampleSource } from 'mediabunny'
import { MediaError } from '../../../messenger/ports.ts'
import { throwIfAborted } from '../../shared/classify.ts'
import { ensureAac } from '../video/mediabunny.ts'
import type { Mediabunny } from '../video/mediabunny.ts'
import type { Clip } from './clip.ts'
import type { ClipOptions } from './copy-clips.ts'

interface EncodeOptions extends ClipOptions {
  /** Of the clips, on average. */
  readonly bitrate: number
}

const audioBitrate = 128_000
const channels = 2
/** Encoding twice needs some reserve; what is sent is made smaller afterwards. */
const reserve = 1.5
const leastBitrate = 1_000_000
/** Gaps shorter than this are how clocks of recorders differ. */
const heardSeconds = 0.01

export async function encodeClips(
  media: Mediabunny,
  output: Output,
  clips: readonly Clip[],
  { bitrate, signal, onTime }: EncodeOptions,
): Promise<void> {
  const [model] = clips
  if (model === undefined) throw new MediaError('empty')
  const quality = new media.Quality({ bitrate: Math.max(leastBitrate, Math.round(bitrate * reserve)) })
  const [width, height] = [model.width - (model.width % 2), model.height - (model.height % 2)]
  if (!(await media.canEncodeVideo('avc', { width, height, quality }))) throw new MediaError('not-converted')
  const picture = new media.VideoSampleSource({
    codec: 'avc',
    quality,
    sizeChangeBehavior: 'passThrough',
    transform: { width, height, fit: 'contain', force: true },
  })
  output.addVideoTrack(picture)
  const sampleRate = await commonRate(clips)
  const sound = sampleRate === undefined ? undefined : await soundSource(media)
  if (sound !== undefined) output.addAudioTrack(sound)
  await output.start()

  let start = 0
  for (const clip of clips) {
    const shift = start - clip.first
    await addPicture(media, picture, clip, shift, { signal, onTime })
    if (sound !== undefined) await addSound(media, sound, clip, shift, { signal, sampleRate: sampleRate ?? 0 })
    start += clip.seconds
  }
}

/** Undefined without any sound. @throws MediaError `not-converted` when microphones differ in it */
async function commonRate(clips: readonly Clip[]): Promise<number | undefined> {
  const rates = await Promise.all(clips.flatMap(({ sound }) => sound?.getSampleRate() ?? []))
  if (new Set(rates).size > 1) throw new MediaError('not-converted')
  return rates[0]
}

async function soundSource(media: Mediabunny): Promise<AudioSampleSource> {
  if (!(await ensureAac(media))) throw new MediaError('not-converted')
  return new media.AudioSampleSource({ codec: 'aac', quality: new media.Quality({ bitrate: audioBitrate }) })
}

async function addPicture(
  media: Mediabunny,
  picture: VideoSampleSource,
  clip: Clip,
  shift: number,
  { signal, onTime }: ClipOptions,
): Promise<void> {
  if (!(await clip.picture.canDecode())) throw new MediaError('not-converted')
  for await (using sample of new media.VideoSampleSink(clip.picture).samples()) {
    throwIfAborted(signal)
    sample.setTimestamp(sample.timestamp + shift)
    await picture.add(sample)
    onTime(sample.timestamp)
  }
}

/** Without gaps: an encoder would close them, and sound would run ahead of the picture. */
async function addSound(
  media: Mediabunny,
  sound: AudioSampleSource,
  clip: Clip,
  shift: number,
  { signal, sampleRate }: { readonly signal: AbortSignal; readonly sampleRate: number },
): Promise<void> {
  let at = clip.first + shift
  const end = at + clip.seconds
  const add = async (data: Float32Array): Promise<void> => {
    using sample = new media.AudioSample({ data, format: 'f32', numberOfChannels: channels, sampleRate, timestamp: at })
    await sound.add(sample)
    at += sample.duration
  }
  const silence = async (until: number): Promise<void> => {
    const frames = Math.round((until - at) * sampleRate)
    if (frames > 0) await add(new Float32Array(frames * channels))
  }
  if (clip.sound !== null) {
    if (!(await clip.sound.canDecode())) throw new MediaError('not-converted')
    for await (using sample of new media.AudioSampleSink(clip.sound).samples()) {
      throwIfAborted(signal)
      const begins = sample.timestamp + shift
      if (begins - at > heardSeconds) await silence(begins)
      await add(stereo(sample))
    }
  }
  await silence(end)
}

/** Interleaved. Of more channels the first two, which are left and right. */
function stereo(sample: AudioSample): Float32Array {
  const data = new Float32Array(sample.numberOfFrames * channels)
  for (let channel = 0; channel < channels; channel++) {
    const plane = new Float32Array(sample.numberOfFrames)
    sample.copyTo(plane, { planeIndex: Math.min(channel, sample.numberOfChannels - 1), format: 'f32-planar' })
    for (const [index, value] of plane.entries()) data[index * channels + channel] = value
  }
  return data
}
