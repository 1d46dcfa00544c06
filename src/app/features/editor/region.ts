// Which pixels a region covers: what is destroyed, and what a press hits.

import type { Point, Rect, Region, Size } from './edit.ts'
import { boundsOf } from './matrix.ts'

export function covers(region: Region, { x, y }: Point): boolean {
  if (region.shape === 'brush') {
    const { points, width } = region
    return points.some((point, index) => isNearSegment({ x, y }, points[index - 1] ?? point, point, width / 2))
  }
  const { rect } = region
  if (region.shape === 'rectangle') {
    return x >= rect.x && x <= rect.x + rect.width && y >= rect.y && y <= rect.y + rect.height
  }
  const [across, down] = [rect.width / 2, rect.height / 2]
  if (across <= 0 || down <= 0) return false
  return ((x - rect.x - across) / across) ** 2 + ((y - rect.y - down) / down) ** 2 <= 1
}

function regionBounds(region: Region): Rect {
  if (region.shape !== 'brush') return region.rect
  const { x, y, width, height } = boundsOf(region.points)
  const half = region.width / 2
  return { x: x - half, y: y - half, width: width + region.width, height: height + region.width }
}

/** The same at another scale. */
export function scaleRegion(region: Region, factor: number): Region {
  if (region.shape === 'brush') {
    const points = region.points.map(({ x, y }) => ({ x: x * factor, y: y * factor }))
    return { shape: 'brush', points, width: region.width * factor }
  }
  const { x, y, width, height } = region.rect
  return {
    shape: region.shape,
    rect: { x: x * factor, y: y * factor, width: width * factor, height: height * factor },
  }
}

/** Whole pixels of the bounds that lie in the picture, one more on each side; undefined when there are none. */
export function pixelBounds(region: Region, { width, height }: Size): Rect | undefined {
  const bounds = regionBounds(region)
  const left = Math.max(0, Math.floor(bounds.x) - 1)
  const top = Math.max(0, Math.floor(bounds.y) - 1)
  const right = Math.min(width, Math.ceil(bounds.x + bounds.width) + 1)
  const bottom = Math.min(height, Math.ceil(bounds.y + bounds.height) + 1)
  return right > left && bottom > top ? { x: left, y: top, width: right - left, height: bottom - top } : undefined
}

export function rectBetween(from: Point, to: Point): Rect {
  return boundsOf([from, to])
}

export function isNearSegment(point: Point, from: Point, to: Point, radius: number): boolean {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const length = dx * dx + dy * dy
  const at = length === 0 ? 0 : ((point.x - from.x) * dx + (point.y - from.y) * dy) / length
  const along = Math.min(1, Math.max(0, at))
  const [across, down] = [point.x - from.x - along * dx, point.y - from.y - along * dy]
  return across * across + down * down <= radius * radius
}
