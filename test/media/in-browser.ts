// What the browser tests of media preparation share.

import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input } from 'mediabunny'
import { expect } from 'vitest'
import { browserMediaPreparer } from '../../src/media/client/browser-media.ts'
import type { MediaSource, PreparedMedia, Quality, VideoEdits } from '../../src/messenger/ports.ts'

export const preparer = browserMediaPreparer()

interface Sent {
  readonly media: PreparedMedia
  readonly bytes: Uint8Array
}

export async function prepare(source: MediaSource, quality: Quality, video: VideoEdits = {}): Promise<Sent> {
  const media = await preparer.prepare(source, { quality, video })
  const bytes = await media.read(0, media.sizeBytes)
  await media.close()
  return { media, bytes }
}

export async function expectRefusal(source: MediaSource, code: string, quality: Quality = 'standard'): Promise<void> {
  await expect(preparer.prepare(source, { quality })).rejects.toMatchObject({ name: 'MediaError', code })
}

export async function sizeOf(bytes: Uint8Array, mime: string): Promise<readonly [number, number]> {
  const bitmap = await createImageBitmap(new Blob([bytes.slice()], { type: mime }))
  return [bitmap.width, bitmap.height]
}

/** Loads it into a player up to a frame that is not its first. */
export async function play(bytes: Uint8Array, mime = 'video/mp4') {
  const element = document.createElement('video')
  element.muted = true
  element.src = URL.createObjectURL(new Blob([bytes.slice()], { type: mime }))
  element.currentTime = 0.1
  await new Promise((resolve, reject) => {
    element.addEventListener('seeked', resolve)
    element.addEventListener('error', () => reject(new Error(element.error?.message ?? 'it does not play')))
  })
  URL.revokeObjectURL(element.src)
  return { width: element.videoWidth, height: element.videoHeight, durationMs: element.duration * 1000, element }
}

/** As an independent reader finds it. */
export async function readVideo(bytes: Uint8Array) {
  const input = new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS })
  const tracks = await Promise.all(
    (await input.getTracks()).map(async (track) => {
      const packets: { readonly type: string; readonly time: number; readonly bytes: number }[] = []
      for await (const { type, timestamp, byteLength } of new EncodedPacketSink(track).packets()) {
        packets.push({ type, time: Math.round(timestamp * 1000), bytes: byteLength })
      }
      return { kind: track.type, codec: await track.getCodec(), packets }
    }),
  )
  return {
    codecs: tracks.map(({ codec }) => codec),
    tracks,
    tags: Object.keys(await input.getMetadataTags()),
    durationMs: Math.round((await input.computeDuration()) * 1000),
  }
}

/** Files of this origin that wait to be sealed, of all tabs. */
export async function scratchFiles(): Promise<string[]> {
  const root = await navigator.storage.getDirectory()
  const found: string[] = []
  for await (const folder of (await root.getDirectoryHandle('media-scratch', { create: true })).values()) {
    if (!(folder instanceof FileSystemDirectoryHandle)) continue
    for await (const name of folder.keys()) found.push(`${folder.name}/${name}`)
  }
  return found
}

export async function base64(bytes: Uint8Array): Promise<string> {
  const reader = new FileReader()
  const read = new Promise((resolve) => reader.addEventListener('load', resolve))
  reader.readAsDataURL(new Blob([bytes.slice()]))
  await read
  const url = reader.result
  return typeof url === 'string' ? url.slice(url.indexOf(',') + 1) : ''
}
