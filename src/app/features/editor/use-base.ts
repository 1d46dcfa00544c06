// The preview with its destroyed regions and its filter, made anew only when one of those changes.

import { useRef } from 'preact/hooks'
import type { Operation, PhotoEdit } from './edit.ts'
import { unsafePreviewNoise } from './noise.ts'
import type { OpenPhoto } from './open-photo.ts'
import { paintBase } from './paint.ts'

interface Made {
  readonly canvas: OffscreenCanvas
  readonly from: readonly unknown[]
}

export function useBase({ preview, previewScale }: OpenPhoto, edit: PhotoEdit): CanvasImageSource {
  const made = useRef<Made | undefined>(undefined)
  const blurs: readonly Operation[] = edit.operations.filter(({ kind }) => kind === 'blur')
  const from = [preview, edit.filter, edit.strength, ...blurs]
  const { current } = made
  if (current?.from.length === from.length && from.every((part, index) => part === current.from[index])) {
    return current.canvas
  }
  const { width, height } = preview
  const canvas = current?.canvas ?? new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (context !== null) {
    context.clearRect(0, 0, width, height)
    context.drawImage(preview, 0, 0)
    paintBase(context, { width, height }, previewScale, edit, unsafePreviewNoise())
  }
  made.current = { canvas, from }
  return canvas
}
