// Looks at a video and says what would become of it. Decodes nothing.

import type { VideoEdits } from '../../../messenger/ports.ts'
import { MediaError } from '../../../messenger/ports.ts'
import { classify, isVideo, throwIfAborted } from '../../shared/classify.ts'
import type { VideoPlan } from '../../shared/mp4/plan.ts'
import { stripVideo } from '../../shared/mp4/strip.ts'
import { plannedSource } from '../../shared/mp4/read-plan.ts'
import { blobSource } from '../../shared/source.ts'
import type { VideoFacts } from '../../shared/video/facts.ts'
import type { QualityOutlook, VideoOutlook } from '../../shared/video/outlook.ts'
import type { VideoQuality } from '../../shared/video/target.ts'
import { editedDurationMs, estimateBytes, targetOf } from '../../shared/video/target.ts'
import { canConvert } from './convert.ts'
import { inspectVideo } from './inspect.ts'
import { loadMediabunny } from './mediabunny.ts'

/** @throws MediaError `not-media` for anything but a video, and what `prepareVideo` throws while it reads */
export async function videoOutlook(blob: Blob, edits: VideoEdits, signal: AbortSignal): Promise<VideoOutlook> {
  const source = blobSource(blob)
  const wanted = edits.mute === true ? 'picture' : 'all'
  const type = await classify(source)
  if (!isVideo(type)) throw new MediaError('not-media')
  const media = await loadMediabunny()
  // Another container is written anew when it is sent, and not to be looked at.
  const plan = type === 'mp4' ? await stripVideo(source, { signal, onProgress: () => {}, wanted }) : undefined
  throwIfAborted(signal)
  const bytes = plan === undefined ? source : plannedSource(plan, source)
  using inspected = await inspectVideo(media, bytes, plan?.durationMs).catch(() => undefined)
  // What mediabunny cannot read is sent as it is too, where that is known to hold nothing else.
  const known = inspected?.facts ?? (plan && unknownFacts(plan))
  if (known === undefined) throw new MediaError('damaged')
  const facts = edits.mute === true ? withoutSound(known) : known

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

function withoutSound(facts: VideoFacts): VideoFacts {
  const soundBytes = Math.round((facts.soundBitrate * facts.durationMs) / 8000)
  return {
    ...facts,
    sizeBytes: Math.max(0, facts.sizeBytes - soundBytes),
    hasSound: false,
    soundBitrate: 0,
    soundIsAac: false,
    audioCodec: undefined,
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
