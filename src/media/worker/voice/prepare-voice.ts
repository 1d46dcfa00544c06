// A voice note, from whatever a browser recorded to AAC in MP4, which plays everywhere; Opus in WebM does not on older iOS.

import type { InputAudioTrack } from 'mediabunny'
import type { MediaProgress } from '../../../messenger/ports.ts'
import { MediaError } from '../../../messenger/ports.ts'
import { mediaLimits } from '../../limits.ts'
import { throwIfAborted } from '../../shared/classify.ts'
import { plannedSource } from '../../shared/mp4/read-plan.ts'
import { stripVideo } from '../../shared/mp4/strip.ts'
import type { VoiceResult } from '../../shared/prepared.ts'
import type { ByteSource } from '../../shared/source.ts'
import { bytesSource } from '../../shared/source.ts'
import { createLoudness } from '../../shared/waveform.ts'
import { isLossy, run } from '../video/conversion.ts'
import type { Mediabunny } from '../video/mediabunny.ts'
import { ensureAac, loadMediabunny, recordingOf } from '../video/mediabunny.ts'

interface Options {
  readonly signal: AbortSignal
  readonly onProgress: MediaProgress
}

/** One voice needs one channel. */
const bitrate = 64_000

/**
 * @throws MediaError `empty`, `not-media`, `unsupported` without sound, `too-large` over five minutes, `damaged`,
 *   `not-converted` when its sound cannot be decoded or encoded here, `cancelled`
 */
export async function prepareVoice(recording: ByteSource, { signal, onProgress }: Options): Promise<VoiceResult> {
  if (recording.sizeBytes === 0) throw new MediaError('empty')
  if (recording.sizeBytes > mediaLimits.voiceBytes) throw new MediaError('too-large')
  const media = await loadMediabunny()
  const input = await recordingOf(media, recording, 'sound')
  try {
    if (!(await input.canRead())) throw new MediaError('not-media')
    const sound = await input.getPrimaryAudioTrack()
    if (sound === null) throw new MediaError('unsupported')
    const first = await sound.getFirstTimestamp()
    const seconds = (await sound.computeDuration()) - first
    if (!(seconds > 0)) throw new MediaError('empty')
    if (seconds * 1000 > mediaLimits.voiceMs + mediaLimits.voiceSlackMs) throw new MediaError('too-large')
    throwIfAborted(signal)
    const encoded = await encode(media, sound, { signal, onProgress: (fraction) => onProgress(fraction / 2) })
    const waveform = await listen(media, sound, signal, (at) =>
      onProgress(0.5 + Math.min(0.5, (at - first) / seconds / 2)),
    )
    const plan = await stripVideo(encoded, { wanted: 'sound', signal })
    const bytes = await plannedSource(plan, encoded).read(0, plan.sizeBytes)
    onProgress(1)
    return { kind: 'voice', bytes, durationMs: plan.durationMs, waveform }
  } catch (cause) {
    throwIfAborted(signal)
    throw cause instanceof MediaError ? cause : new MediaError('damaged', { cause })
  } finally {
    input.dispose()
  }
}

/** Its dates are taken off afterwards. */
async function encode(media: Mediabunny, sound: InputAudioTrack, { signal, onProgress }: Options): Promise<ByteSource> {
  const isAac = (await sound.getCodec()) === 'aac'
  if (!isAac) await ensureAac(media)
  const target = new media.BufferTarget()
  const output = new media.Output({ target, format: new media.Mp4OutputFormat({ fastStart: false }) })
  const conversion = await media.Conversion.init({
    input: sound.input,
    output,
    tracks: 'primary',
    tags: {},
    showWarnings: false,
    video: { discard: true },
    audio: { codec: 'aac', ...(isAac ? {} : { numberOfChannels: 1, quality: new media.Quality({ bitrate }) }) },
  })
  if (isLossy(conversion)) throw new MediaError('not-converted')
  await run(conversion, signal, (fraction) => onProgress(fraction)).catch((cause: unknown) => {
    throw new MediaError('not-converted', { cause })
  })
  if (target.buffer === null) throw new MediaError('not-converted')
  return bytesSource(new Uint8Array(target.buffer))
}

async function listen(
  media: Mediabunny,
  sound: InputAudioTrack,
  signal: AbortSignal,
  onTime: (seconds: number) => void,
): Promise<Uint8Array> {
  const loudness = createLoudness()
  for await (const sample of new media.AudioSampleSink(sound).samples()) {
    try {
      throwIfAborted(signal)
      const samples = new Float32Array(sample.numberOfFrames)
      sample.copyTo(samples, { planeIndex: 0, format: 'f32-planar' })
      loudness.add(samples, sample.sampleRate)
      onTime(sample.timestamp)
    } finally {
      sample.close()
    }
  }
  return loudness.waveform()
}
