// Small real videos and recordings, made by the browser that runs the tests.

import type { AudioCodec, VideoCodec } from 'mediabunny'
import {
  AudioSample,
  AudioSampleSource,
  BufferTarget,
  canEncodeAudio,
  CanvasSource,
  MkvOutputFormat,
  Mp4OutputFormat,
  Output,
  Quality,
  WebMOutputFormat,
} from 'mediabunny'

export interface Recording {
  readonly width?: number
  readonly height?: number
  readonly frames?: number
  readonly framesPerSecond?: number
  readonly codec?: VideoCodec
  readonly bitrate?: number
  readonly sound?: AudioCodec
  readonly container?: 'mp4' | 'webm' | 'mkv'
  readonly rotation?: 0 | 90 | 180 | 270
  /** When frame n is shown, in seconds; else at an even pace. */
  readonly timeOf?: (frame: number) => number
}

const sampleRate = 48_000
const formats = { mp4: Mp4OutputFormat, webm: WebMOutputFormat, mkv: MkvOutputFormat }

/** Noise, so that it needs its bits, with the top left quarter white. */
export async function recordVideo({
  width = 320,
  height = 240,
  frames = 30,
  framesPerSecond = 30,
  codec = 'avc',
  bitrate = 1_000_000,
  sound,
  container = 'mp4',
  rotation = 0,
  timeOf = (frame) => frame / framesPerSecond,
}: Recording = {}): Promise<Uint8Array> {
  const target = new BufferTarget()
  const output = new Output({ target, format: new formats[container]() })
  const canvas = new OffscreenCanvas(width, height)
  const picture = new CanvasSource(canvas, { codec, quality: new Quality({ bitrate }), keyFrameInterval: 0.5 })
  output.addVideoTrack(picture, { rotation })
  const tone = sound === undefined ? undefined : await soundSource(sound)
  if (tone !== undefined) output.addAudioTrack(tone)
  output.setMetadataTags({ title: 'Secret birthday', comment: '+48.2082+016.3738/', date: new Date(2026, 6, 14) })
  await output.start()
  for (let frame = 0; frame < frames; frame++) {
    paint(canvas, frame)
    await picture.add(timeOf(frame), 1 / framesPerSecond)
  }
  picture.close()
  if (tone !== undefined) await addTone(tone, frames / framesPerSecond)
  await output.finalize()
  return new Uint8Array(target.buffer ?? new ArrayBuffer())
}

/** A tone that is loud in its second half only. */
export async function recordSound(
  seconds: number,
  { sound = 'opus', container = 'webm' }: Pick<Recording, 'sound' | 'container'> = {},
): Promise<Uint8Array> {
  const target = new BufferTarget()
  const output = new Output({ target, format: new formats[container]() })
  const tone = await soundSource(sound)
  output.addAudioTrack(tone)
  output.setMetadataTags({ title: 'Secret birthday', date: new Date(2026, 6, 14) })
  await output.start()
  await addTone(tone, seconds)
  await output.finalize()
  return new Uint8Array(target.buffer ?? new ArrayBuffer())
}

async function soundSource(codec: AudioCodec): Promise<AudioSampleSource> {
  if (codec === 'aac' && !(await canEncodeAudio('aac'))) {
    const { registerAacEncoder } = await import('@mediabunny/aac-encoder')
    registerAacEncoder()
  }
  return new AudioSampleSource({ codec, quality: new Quality({ bitrate: 64_000 }) })
}

async function addTone(tone: AudioSampleSource, seconds: number): Promise<void> {
  const block = sampleRate / 10
  const blocks = Math.round((seconds * sampleRate) / block)
  for (let index = 0; index < blocks; index++) {
    const loud = index >= blocks / 2 ? 0.8 : 0.1
    const data = Float32Array.from({ length: block }, (_, at) => loud * Math.sin((at * 2 * Math.PI * 480) / sampleRate))
    const timestamp = (index * block) / sampleRate
    using sample = new AudioSample({ data, format: 'f32', numberOfChannels: 1, sampleRate, timestamp })
    await tone.add(sample)
  }
  tone.close()
}

function paint(canvas: OffscreenCanvas, frame: number): void {
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('no canvas')
  const { width, height } = canvas
  const image = context.createImageData(width, height)
  let state = frame + 1
  for (let at = 0; at < image.data.length; at += 4) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    image.data.fill((state >>> 16) & 0x7f, at, at + 3)
    image.data[at + 3] = 255
  }
  context.putImageData(image, 0, 0)
  context.fillStyle = '#fff'
  context.fillRect(0, 0, width / 2, height / 2)
}
