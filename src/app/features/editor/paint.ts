// An edit on a canvas: the same for the look at it while editing and for the result.
//
//   photo ─ destroyed regions ─ filter ─▶ base (in image space, at some scale)
//   base ─ strokes on a layer of their own, so that erasing takes away no photo ─ texts ─▶ target

import { coverageOf } from './coverage.ts'
import { destroyPixels } from './destroy-pixels.ts'
import type { Operation, PhotoEdit, Size, TextOperation } from './edit.ts'
import { applyFilter } from './filters.ts'
import { angleInFrame, enlargement, imageToFrame } from './frame.ts'
import type { Matrix } from './matrix.ts'
import { apply, product, radians, scaling } from './matrix.ts'
import { pixelBounds, scaleRegion } from './region.ts'

export type Context2d = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D

/** Rows that are filtered at a time: bounds the memory of a large photo. */
const bandRows = 256

/** Destroys regions of what is drawn on `base`, which shows the whole image at `scale`. */
export function destroyRegions(
  base: Context2d,
  size: Size,
  { operations }: PhotoEdit,
  { scale, noise }: { readonly scale: number; readonly noise: () => number },
): void {
  for (const operation of operations) {
    if (operation.kind !== 'blur') continue
    const region = scaleRegion(operation.region, scale)
    const bounds = pixelBounds(region, size)
    if (bounds === undefined) continue
    const pixels = base.getImageData(bounds.x, bounds.y, bounds.width, bounds.height)
    destroyPixels(pixels, coverageOf(region, bounds), noise)
    base.putImageData(pixels, bounds.x, bounds.y)
  }
}

export function hasFilter({ filter, strength }: PhotoEdit): boolean {
  return filter !== 'none' && strength > 0
}

/** After the regions are destroyed. */
export function filterBase(base: Context2d, size: Size, edit: PhotoEdit): void {
  if (!hasFilter(edit)) return
  for (let y = 0; y < size.height; y += bandRows) {
    const pixels = base.getImageData(0, y, size.width, Math.min(bandRows, size.height - y))
    applyFilter(pixels.data, edit.filter, edit.strength)
    base.putImageData(pixels, 0, y)
  }
}

export interface Scene {
  readonly image: Size
  readonly edit: PhotoEdit
  readonly base: CanvasImageSource
  /** Pixels of the base for each of the image. */
  readonly baseScale: number
  readonly frameToTarget: Matrix
}

/** `layer`: a canvas of the target's size to draw strokes on; it is cleared. */
export function paintScene(target: Context2d, layer: Context2d, scene: Scene): void {
  const { image, edit, base, baseScale, frameToTarget } = scene
  const imageToTarget = product(frameToTarget, imageToFrame(image, edit))
  target.imageSmoothingQuality = 'high'
  target.setTransform(...product(imageToTarget, scaling(1 / baseScale)))
  target.drawImage(base, 0, 0)
  target.setTransform(1, 0, 0, 1, 0, 0)
  if (edit.operations.some(({ kind }) => kind === 'stroke')) {
    layer.setTransform(1, 0, 0, 1, 0, 0)
    layer.clearRect(0, 0, layer.canvas.width, layer.canvas.height)
    layer.setTransform(...imageToTarget)
    for (const operation of edit.operations) paintStroke(layer, operation)
    target.drawImage(layer.canvas, 0, 0)
  }
  const unit = enlargement(image, edit) * Math.hypot(frameToTarget[0], frameToTarget[1])
  for (const operation of edit.operations) {
    if (operation.kind !== 'text') continue
    const { x, y } = apply(imageToTarget, operation.at)
    target.translate(x, y)
    target.rotate(radians(angleInFrame(edit, operation.degrees)))
    target.scale(unit, unit)
    paintText(target, operation)
    target.setTransform(1, 0, 0, 1, 0, 0)
  }
}

/** Of a text as it is drawn, before it is tilted. */
export function textSize(context: Context2d, { text, size }: TextOperation): Size {
  context.font = fontOf(size)
  const lines = text.split('\n')
  const width = lines.reduce((most, line) => Math.max(most, context.measureText(line).width), 0)
  return { width: width + size * 0.7, height: lines.length * size * lineHeight + size * 0.3 }
}

const lineHeight = 1.2

function paintText(context: Context2d, operation: TextOperation): void {
  const { text, size, colour, background } = operation
  const box = textSize(context, operation)
  if (background !== undefined) {
    context.fillStyle = background
    context.beginPath()
    context.roundRect(-box.width / 2, -box.height / 2, box.width, box.height, size * 0.3)
    context.fill()
  }
  context.fillStyle = colour
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  const lines = text.split('\n')
  for (const [index, line] of lines.entries()) {
    context.fillText(line, 0, (index - (lines.length - 1) / 2) * size * lineHeight)
  }
}

function fontOf(size: number): string {
  return `600 ${size}px system-ui, sans-serif`
}

function paintStroke(context: Context2d, operation: Operation): void {
  if (operation.kind !== 'stroke' && operation.kind !== 'erase') return
  const { points, width, colour } = operation
  const [first] = points
  if (first === undefined) return
  context.globalCompositeOperation = operation.kind === 'erase' ? 'destination-out' : 'source-over'
  context.lineWidth = width
  context.lineCap = 'round'
  context.lineJoin = 'round'
  context.strokeStyle = colour
  context.beginPath()
  context.moveTo(first.x, first.y)
  // A point that was only touched is drawn too.
  if (points.length === 1) context.lineTo(first.x, first.y)
  for (const { x, y } of points.slice(1)) context.lineTo(x, y)
  context.stroke()
  context.globalCompositeOperation = 'source-over'
}
