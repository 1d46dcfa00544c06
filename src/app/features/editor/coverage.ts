// Which pixels of a picture a region covers, worked out once for all of them. A brush has thousands of points: each of its
// pieces marks the pixels near it, so that no pixel has to look at every point.

import type { Point, Rect, Region } from './edit.ts'
import { boundsOf } from './matrix.ts'
import { covers, isNearSegment } from './region.ts'

/** `bounds`: whole pixels. What is given says of a pixel in there, counted from their corner, whether its middle is covered. */
export function coverageOf(region: Region, bounds: Rect): (x: number, y: number) => boolean {
  if (region.shape !== 'brush') return (x, y) => covers(region, middleOf(bounds, x, y))
  const mask = new Uint8Array(bounds.width * bounds.height)
  const { points, width } = region
  for (const [index, point] of points.entries()) markNear(mask, bounds, [points[index - 1] ?? point, point], width / 2)
  return (x, y) => mask[y * bounds.width + x] === 1
}

function markNear(mask: Uint8Array, bounds: Rect, [from, to]: readonly [Point, Point], radius: number): void {
  const piece = boundsOf([from, to])
  const left = Math.max(0, Math.floor(piece.x - radius - bounds.x))
  const top = Math.max(0, Math.floor(piece.y - radius - bounds.y))
  const right = Math.min(bounds.width, Math.ceil(piece.x + piece.width + radius - bounds.x))
  const bottom = Math.min(bounds.height, Math.ceil(piece.y + piece.height + radius - bounds.y))
  for (let y = top; y < bottom; y += 1) {
    for (let x = left; x < right; x += 1) {
      const at = y * bounds.width + x
      if (mask[at] === 0 && isNearSegment(middleOf(bounds, x, y), from, to, radius)) mask[at] = 1
    }
  }
}

function middleOf(bounds: Rect, x: number, y: number): Point {
  return { x: bounds.x + x + 0.5, y: bounds.y + y + 0.5 }
}
