// Looks at a video and says what would become of it. Decodes nothing.

import type { VideoEdits } from '../../../messenger/ports.ts'
import { MediaError } from '../../../messenger/ports.ts'
import { classify, isVideo } from '../../shared/classify.ts'
import type { VideoPlan } from '../../shared/mp4/plan.ts'
import { plannedSource } from '../../shared/mp4/read-plan.ts'
import { blobSource } from '../../shared/source.ts'
import type { VideoFacts } from '../../shared/video/facts.ts'
import type { QualityOutlook, VideoOutlook } from '../../shared/video/outlook.ts'
import type { VideoQuality } from '../../shared/video/target.ts'
import { editedDurationMs, estimateBytes, targetOf } from '../../shared/video/target.ts'
import type { Scratch } from '../scratch-files.ts'
import { canConvert } from './convert.ts'
import { inspectVideo } from './inspect.ts'
import { loadMediabunny } from './mediabunny.ts'
import { readFilm } from './prepare-video.ts'

/** @throws MediaError `not-media` for anything but a video, and what `prepareVideo` throws while it reads */
export async function videoOutlook(
  blob: Blob,
  edits: VideoEdits,
  scratch: Scratch,
  signal: AbortSignal,
): Promise<VideoOutlook> {
  const source = blobSource(blob)
  const type = await classify(source)
  if (!isVideo(type)) throw new MediaError('not-media')
  const film = await readFilm(type, source, edits, scratch, { signal, onProgress: () => {} })
  const media = await loadMediabunny()
  // What mediabunny cannot read is sent as it is too.
  using inspected = await inspectVideo(media, plannedSource(film.plan, film.bytes), film.plan.durationMs).catch(
    () => undefined,
  )
  const facts = inspected?.facts ?? unknownFacts(film.plan)

  const at = async (quality: VideoQuality): Promise<QualityOutlook> => {
    const wanted = targetOf(facts, quality, edits)
    const converts = wanted !== undefined && inspected !== undefined && (await canConvert(media, inspected, wanted))
    const target = converts ? wanted : undefined
    return {
      encoding: target === undefined ? 'kept' : 'converted',
      sizeBytes: estimateBytes(facts, target, edits),
      width: target?.width ?? facts.width,
      height: target?.height ?? facts.height,
      durationMs: editedDurationMs(facts, edits),
      plays: target !== undefined || facts.playsEverywhere ? 'everywhere' : 'perhaps',
    }
  }
  return {
    kind: 'outlook',
    facts,
    at: { standard: await at('standard'), hd: await at('hd'), original: await at('original') },
  }
}

function unknownFacts({ sizeBytes, width, height, durationMs }: VideoPlan): VideoFacts {
  return {
    sizeBytes,
    width,
    height,
    durationMs,
    rotation: 0,
    framesPerSecond: 0,
    videoCodec: undefined,
    audioCodec: undefined,
    hasSound: false,
    soundBitrate: 0,
    soundIsAac: false,
    playsEverywhere: false,
    decodes: false,
  }
}
