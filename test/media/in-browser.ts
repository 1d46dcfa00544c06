// What the browser tests of media preparation share.

import { expect } from 'vitest'
import { browserMediaPreparer } from '../../src/media/client/browser-media.ts'
import type { MediaSource, PreparedMedia, Quality } from '../../src/messenger/ports.ts'

export const preparer = browserMediaPreparer()

interface Sent {
  readonly media: PreparedMedia
  readonly bytes: Uint8Array
}

export async function prepare(source: MediaSource, quality: Quality): Promise<Sent> {
  const media = await preparer.prepare(source, { quality })
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
