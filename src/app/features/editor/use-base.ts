// The preview with its destroyed regions and its filter. Each is made anew only when it changes: a slider of the filter does
// not destroy the regions again.

import { useRef } from 'preact/hooks'
import type { Operation, PhotoEdit } from './edit.ts'
import { unsafePreviewNoise } from './noise.ts'
import type { OpenPhoto } from './open-photo.ts'
import type { Context2d } from './paint.ts'
import { destroyRegions, filterBase, hasFilter } from './paint.ts'

interface Made {
  readonly canvas: OffscreenCanvas
  readonly from: readonly unknown[]
}

export function useBase({ preview, previewScale }: OpenPhoto, edit: PhotoEdit): CanvasImageSource {
  const destroyed = useRef<Made | undefined>(undefined)
  const filtered = useRef<Made | undefined>(undefined)
  const blurs: readonly Operation[] = edit.operations.filter(({ kind }) => kind === 'blur')
  destroyed.current = made(destroyed.current, [preview, ...blurs], preview, (base) =>
    destroyRegions(base, preview, edit, { scale: previewScale, noise: unsafePreviewNoise() }),
  )
  if (!hasFilter(edit)) return destroyed.current.canvas
  const { canvas } = destroyed.current
  filtered.current = made(filtered.current, [...destroyed.current.from, edit.filter, edit.strength], canvas, (base) =>
    filterBase(base, canvas, edit),
  )
  return filtered.current.canvas
}

/** The last one where it was made from the same. */
function made(
  last: Made | undefined,
  from: readonly unknown[],
  source: CanvasImageSource & { readonly width: number; readonly height: number },
  paint: (base: Context2d) => void,
): Made {
  if (last?.from.length === from.length && from.every((part, index) => part === last.from[index])) return last
  const { width, height } = source
  const canvas = last?.canvas ?? new OffscreenCanvas(width, height)
  const base = canvas.getContext('2d', { willReadFrequently: true })
  if (base !== null) {
    base.clearRect(0, 0, width, height)
    base.drawImage(source, 0, 0)
    paint(base)
  }
  return { canvas, from }
}
