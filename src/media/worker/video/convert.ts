// Encodes a video anew, or cuts it without: from a stripped file into a scratch file. What comes out is described by the
// same plan as any other video (`shared/mp4`), which puts the table of contents in front and leaves dates and tags out.

import type { ConversionOptions } from 'mediabunny'
import type { MediaProgress, VideoEdits } from '../../../messenger/ports.ts'
import { MediaError } from '../../../messenger/ports.ts'
import { throwIfAborted } from '../../shared/classify.ts'
import type { ScratchFile } from '../../shared/scratch/scratch-file.ts'
import type { Target } from '../../shared/video/target.ts'
import { editedDurationMs } from '../../shared/video/target.ts'
import type { Scratch } from '../scratch-files.ts'
import { isLossy, run } from './conversion.ts'
import { countFrames } from './cut.ts'
import type { Inspected } from './inspect.ts'
import type { Mediabunny } from './mediabunny.ts'
import { ensureAac, streamTarget } from './mediabunny.ts'

/** Players seek to these; more of them cost size. */
const keyFrameSeconds = 2
/** Of the frames of a film: some recorders begin with a few that cannot be decoded. */
const leastFrames = 0.95

export interface ConvertOptions {
  readonly scratch: Scratch
  readonly edits: VideoEdits
  readonly signal: AbortSignal
  readonly onProgress: MediaProgress
}

/** Whether this browser can encode to it. */
export async function canConvert(media: Mediabunny, { facts }: Inspected, target: Target): Promise<boolean> {
  if (!facts.decodes || !('VideoEncoder' in globalThis)) return false
  const { width, height, videoBitrate } = target
  const quality = new media.Quality({ bitrate: videoBitrate })
  return await media.canEncodeVideo('avc', { width, height, quality }).catch(() => false)
}

/**
 * `target`: undefined cuts at key frames and keeps the encoding; nothing outside of the cut stays in the file then.
 *
 * @throws MediaError `no-room`; `not-converted` when a track would be lost or a decoder or encoder fails: the original can be sent;
 *   `cancelled`
 */
export async function convertVideo(
  media: Mediabunny,
  { input, facts }: Inspected,
  target: Target | undefined,
  { scratch, edits, signal, onProgress }: ConvertOptions,
): Promise<ScratchFile> {
  const encodesSound = facts.hasSound && edits.mute !== true && target !== undefined
  if (encodesSound && (!facts.soundIsAac || edits.trim !== undefined)) await ensureAac(media)
  throwIfAborted(signal)
  const totalMs = editedDurationMs(facts, edits)
  let frames = 0
  const wantedFrames = target === undefined ? 0 : await countFrames(media, input, edits)
  const writer = await scratch.create()
  try {
    const output = new media.Output({
      target: streamTarget(media, writer),
      format: new media.Mp4OutputFormat({ fastStart: false }),
    })
    const conversion = await media.Conversion.init({
      input,
      output,
      tracks: 'primary',
      tags: {},
      showWarnings: false,
      ...trimOf(edits),
      ...(target === undefined ? copied(edits) : encoded(media, target, edits, () => frames++)),
    })
    if (isLossy(conversion)) throw new MediaError('not-converted')
    await run(conversion, signal, (fraction, seconds) =>
      onProgress(fraction, { kind: 'convert', doneMs: seconds * 1000, totalMs, writtenBytes: writer.writtenBytes }),
    )
    // Decoders leave out what is damaged without a word.
    if (frames < wantedFrames * leastFrames - 1) throw new MediaError('not-converted')
    return await writer.finish()
  } catch (cause) {
    await writer.discard().catch(() => {})
    throwIfAborted(signal)
    throw cause instanceof MediaError ? cause : new MediaError('not-converted', { cause })
  }
}

function trimOf({ trim }: VideoEdits): Pick<ConversionOptions, 'trim'> {
  return trim === undefined ? {} : { trim: { start: trim.startMs / 1000, end: trim.endMs / 1000 } }
}

function copied({ mute = false }: VideoEdits): Pick<ConversionOptions, 'copy' | 'audio'> {
  return {
    copy: { mode: 'forced', boundaryPolicy: 'shrink', shiftTolerance: Infinity },
    audio: { discard: mute },
  }
}

function encoded(
  media: Mediabunny,
  { width, height, videoBitrate, audioBitrate }: Target,
  { mute = false }: VideoEdits,
  onFrame: () => void,
): Pick<ConversionOptions, 'copy' | 'video' | 'audio'> {
  return {
    video: {
      codec: 'avc',
      width,
      height,
      fit: 'fill',
      quality: new media.Quality({ bitrate: videoBitrate }),
      keyFrameInterval: keyFrameSeconds,
      forceTranscode: true,
      // Upright in its pixels: not every player turns.
      allowTransformationMetadata: false,
      process(sample) {
        onFrame()
        return sample
      },
    },
    audio: async (track) => ({
      discard: mute,
      codec: 'aac',
      ...((await track.getCodec()) === 'aac'
        ? {}
        : {
            quality: new media.Quality({ bitrate: audioBitrate }),
            numberOfChannels: Math.min(2, await track.getNumberOfChannels()),
          }),
    }),
    // Of sound that is AAC already, packets within the cut are taken over as they are.
    copy: { boundaryPolicy: 'shrink', boundaryTolerance: 0.1, shiftTolerance: Infinity },
  }
}
