// One photo, video or voice note, from the file to what leaves the device.

import type { MediaProgress, VideoEdits } from '../../messenger/ports.ts'
import { MediaError } from '../../messenger/ports.ts'
import { classify, isVideo, throwIfAborted } from '../shared/classify.ts'
import type { PrepareResult } from '../shared/prepared.ts'
import { readPhoto } from '../shared/photo/strip.ts'
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
  const result = await preparePhoto(type, await readPhoto(source), quality, signal)
  throwIfAborted(signal)
  onProgress(1)
  return result
}

/** Code that only some files need. @throws MediaError `unreadable` when it cannot be loaded */
async function load<Module>(module: Promise<Module>): Promise<Module> {
  return await module.catch((cause: unknown) => {
    throw new MediaError('unreadable', { cause })
  })
}
