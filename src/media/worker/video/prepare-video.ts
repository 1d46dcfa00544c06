// One video, from the file to what leaves the device: read and stripped; encoded anew where the quality asks for it, this
// browser can, and it makes the video smaller; else sent in its own encoding and size.

import type { MediaProgress, VideoEdits } from '../../../messenger/ports.ts'
import { MediaError } from '../../../messenger/ports.ts'
import { throwIfAborted } from '../../shared/classify.ts'
import { blankUserData } from '../../shared/mp4/blank-user-data.ts'
import type { VideoPlan } from '../../shared/mp4/plan.ts'
import { plannedSource } from '../../shared/mp4/read-plan.ts'
import { stripVideo } from '../../shared/mp4/strip.ts'
import type { VideoResult } from '../../shared/prepared.ts'
import type { ScratchFile } from '../../shared/scratch/scratch-file.ts'
import { scratchSource } from '../../shared/scratch/scratch-file.ts'
import type { ByteSource } from '../../shared/source.ts'
import type { VideoQuality } from '../../shared/video/target.ts'
import { targetOf } from '../../shared/video/target.ts'
import { rebuildWebm } from '../../shared/webm.ts'
import { decodePoster } from '../poster.ts'
import type { Scratch } from '../scratch-files.ts'
import { canConvert, convertVideo } from './convert.ts'
import { firstKeyFrameMs } from './cut.ts'
import { inspectVideo } from './inspect.ts'
import { loadMediabunny, streamTarget } from './mediabunny.ts'

export interface VideoOptions {
  readonly quality: VideoQuality
  readonly edits: VideoEdits
  readonly scratch: Scratch
  readonly signal: AbortSignal
  readonly onProgress: MediaProgress
}

/** A file that is sent as it is described: its own, or one that was written for it. */
interface Film {
  readonly plan: VideoPlan
  readonly bytes: ByteSource
  readonly rebuilt?: ScratchFile
  /** How much later than chosen it begins, where it could be cut at some frames only. */
  readonly laterMs?: number
}

/** Reading is quick, encoding is not. */
const readShare = 0.05
/** Its frames are looked through. */
const lookShare = 0.05

/** @throws MediaError */
export async function prepareVideo(
  type: 'mp4' | 'webm',
  source: ByteSource,
  options: VideoOptions,
): Promise<VideoResult> {
  const { edits, signal, onProgress } = options
  const totalBytes = source.sizeBytes
  const read: MediaProgress = (fraction) =>
    onProgress(fraction * readShare, { kind: 'read', doneBytes: Math.round(fraction * totalBytes), totalBytes })
  read(0)
  const own = await readFilm(type, source, edits, options.scratch, { signal, onProgress: read })
  throwIfAborted(signal)
  read(1)
  const film = await convertFilm(own, {
    ...options,
    onProgress: (fraction, stage) => onProgress(readShare + (1 - lookShare - readShare) * fraction, stage),
  })
  throwIfAborted(signal)
  const onLook = (fraction: number) => onProgress(1 - lookShare * (1 - fraction))
  const plan = await blankUserData(film.plan, film.bytes, { signal, onProgress: onLook })
  // From what is sent and not from the source: what cannot be read here cannot be read by the recipient.
  const posterMs = edits.posterMs === undefined ? undefined : Math.max(0, edits.posterMs - (film.laterMs ?? 0))
  const seen = await decodePoster(plannedSource(plan, film.bytes), posterMs)
  throwIfAborted(signal)
  onProgress(1)
  return { kind: 'video', plan, ...(film.rebuilt && { rebuilt: film.rebuilt }), ...seen }
}

/** Its own encoding, without what must not leave. */
export async function readFilm(
  type: 'mp4' | 'webm',
  source: ByteSource,
  { mute = false }: VideoEdits,
  scratch: Scratch,
  options: { readonly signal: AbortSignal; readonly onProgress: (fraction: number) => void },
): Promise<Film> {
  const strip = { ...options, wanted: mute ? 'picture' : 'all' } as const
  if (type === 'mp4') return { plan: await stripVideo(source, strip), bytes: source }
  const media = await loadMediabunny()
  const writer = await scratch.create()
  try {
    await rebuildWebm(media, source, streamTarget(media, writer), options)
    const rebuilt = await writer.finish()
    const bytes = scratchSource(rebuilt)
    return { plan: await stripVideo(bytes, { signal: options.signal, wanted: strip.wanted }), bytes, rebuilt }
  } catch (error) {
    await writer.discard().catch(() => {})
    throw error
  }
}

/** `own` itself where nothing has to be written. */
async function convertFilm(own: Film, { quality, edits, scratch, signal, onProgress }: VideoOptions): Promise<Film> {
  const { trim } = edits
  if (quality === 'original' && trim === undefined) return own
  // Also what is no number.
  if (trim !== undefined && !(Math.max(0, trim.startMs) < Math.min(trim.endMs, own.plan.durationMs))) {
    throw new MediaError('not-converted')
  }
  const media = await loadMediabunny()
  using inspected = await inspectVideo(media, plannedSource(own.plan, own.bytes), own.plan.durationMs).catch(
    () => undefined,
  )
  if (inspected === undefined) {
    if (trim !== undefined) throw new MediaError('not-converted')
    return own
  }
  const wanted = targetOf(inspected.facts, quality, edits)
  const target = wanted !== undefined && (await canConvert(media, inspected, wanted)) ? wanted : undefined
  if (target === undefined && trim === undefined) return own
  const startMs = target === undefined && trim !== undefined ? await firstKeyFrameMs(media, inspected.input, trim) : 0
  const cut = target === undefined && trim !== undefined ? { ...edits, trim: { ...trim, startMs } } : edits
  const rebuilt = await convertVideo(media, inspected, target, { scratch, edits: cut, signal, onProgress })
  const bytes = scratchSource(rebuilt)
  const wantedTracks = edits.mute === true ? 'picture' : 'all'
  const plan = await stripVideo(bytes, { signal, wanted: wantedTracks }).catch((cause: unknown) => {
    throw new MediaError('not-converted', { cause })
  })
  // The whole film, and no smaller: the person's own encoding is the better one, where everybody can play it.
  if (trim === undefined && plan.sizeBytes >= own.plan.sizeBytes && inspected.facts.playsEverywhere) return own
  return {
    plan,
    bytes,
    rebuilt,
    laterMs: cut.trim === undefined || trim === undefined ? 0 : cut.trim.startMs - trim.startMs,
  }
}
