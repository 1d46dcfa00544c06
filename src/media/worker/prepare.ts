// One photo, video or voice note, from the file to what leaves the device.

import type { MediaProgress, VideoEdits } from '../../messenger/ports.ts'
import { classify, isVideo, throwIfAborted } from '../shared/classify.ts'
import { load } from '../shared/load.ts'
import { readPhoto } from '../shared/photo/strip.ts'
import type { PrepareResult } from '../shared/prepared.ts'
import { blobSource } from '../shared/source.ts'
import type { PreparedQuality } from './messages.ts'
import { preparePhoto } from './photo.ts'
import type { Scratch } from './scratch-files.ts'

interface Options {
  readonly quality: PreparedQuality
  readonly voice: boolean
  readonly video: VideoEdits
  readonly scratch: Scratch
  readonly signal: AbortSignal
  readonly onProgress: MediaProgress
}

/** @throws MediaError, or what a decoder throws */
export async function prepareInWorker(blob: Blob, options: Options): Promise<PrepareResult> {
  const { quality, voice, video, scratch, signal, onProgress } = options
  throwIfAborted(signal)
  const source = blobSource(blob)
  if (voice) {
    const { prepareVoice } = await load(import('./voice/prepare-voice.ts'))
    return await prepareVoice(source, { signal, onProgress })
  }
  const type = await classify(source)
  if (isVideo(type)) {
    const { prepareVideo } = await load(import('./video/prepare-video.ts'))
    return await prepareVideo(type, source, { quality, edits: video, scratch, signal, onProgress })
  }
  const onRead = (doneBytes: number) =>
    onProgress((0.2 * doneBytes) / blob.size, { kind: 'read', doneBytes, totalBytes: blob.size })
  const result = await preparePhoto(type, await readPhoto(source, { signal, onRead }), quality, { signal, onProgress })
  throwIfAborted(signal)
  onProgress(1)
  return result
}
