// One photo or video, from the file to what leaves the device.

import type { MediaProgress } from '../../messenger/ports.ts'
import { classify, isVideo, throwIfAborted } from '../shared/classify.ts'
import { plannedSource } from '../shared/mp4/read-plan.ts'
import { stripVideo } from '../shared/mp4/strip.ts'
import type { PrepareResult, VideoResult } from '../shared/prepared.ts'
import { readPhoto } from '../shared/photo/strip.ts'
import type { ByteSource } from '../shared/source.ts'
import { blobSource, bytesSource } from '../shared/source.ts'
import { webmToMp4 } from '../shared/webm.ts'
import type { PreparedQuality } from './messages.ts'
import { preparePhoto } from './photo.ts'
import { decodePoster } from './poster.ts'

interface Options {
  readonly quality: PreparedQuality
  readonly signal: AbortSignal
  readonly onProgress: MediaProgress
}

/** @throws MediaError, or what a decoder throws */
export async function prepareInWorker(blob: Blob, { quality, signal, onProgress }: Options): Promise<PrepareResult> {
  throwIfAborted(signal)
  const source = blobSource(blob)
  const type = await classify(source)
  if (isVideo(type)) {
    const rebuilt = type === 'webm' ? await webmToMp4(source, { signal, onProgress: half(onProgress) }) : undefined
    const result = await prepareVideo(rebuilt === undefined ? source : bytesSource(rebuilt), signal, onProgress)
    return rebuilt === undefined ? result : { ...result, rebuilt }
  }
  const onRead = (doneBytes: number) =>
    onProgress((0.2 * doneBytes) / blob.size, { kind: 'read', doneBytes, totalBytes: blob.size })
  const result = await preparePhoto(type, await readPhoto(source, { signal, onRead }), quality, { signal, onProgress })
  throwIfAborted(signal)
  onProgress(1)
  return result
}

async function prepareVideo(
  source: ByteSource,
  signal: AbortSignal,
  onProgress: (fraction: number) => void,
): Promise<VideoResult> {
  const plan = await stripVideo(source, { signal, onProgress: half(onProgress) })
  throwIfAborted(signal)
  // From the planned file, not from the source: what cannot be read here cannot be read by the recipient.
  const seen = await decodePoster(plannedSource(plan, source))
  throwIfAborted(signal)
  onProgress(1)
  return { kind: 'video', plan, ...seen }
}

function half(onProgress: (fraction: number) => void): (fraction: number) => void {
  return (fraction) => onProgress(fraction / 2)
}
