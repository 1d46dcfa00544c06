// Moving and resizing the crop, inside of the frame and in a ratio.

import type { Point, Rect, Size } from './edit.ts'

/** Smaller ones could not be taken hold of. */
const minCropShare = 0.05

export type Ratio = 'free' | 'square' | '4:3' | '16:9'

/** Which sides of the crop move: -1 left or top, 1 right or bottom, 0 neither. */
export interface Handle {
  readonly x: -1 | 0 | 1
  readonly y: -1 | 0 | 1
}

/** Width by height; of an upright crop the ratios are upright too. Undefined: any. */
export function ratioOf(ratio: Ratio, { width, height }: Size): number | undefined {
  if (ratio === 'free') return undefined
  const wide = ratio === 'square' ? 1 : ratio === '4:3' ? 4 / 3 : 16 / 9
  return width >= height ? wide : 1 / wide
}

export function moveCrop(crop: Rect, by: Point, frame: Size): Rect {
  return {
    ...crop,
    x: within(crop.x + by.x, 0, frame.width - crop.width),
    y: within(crop.y + by.y, 0, frame.height - crop.height),
  }
}

export function resizeCrop(crop: Rect, handle: Handle, by: Point, frame: Size, ratio: number | undefined): Rect {
  const room = {
    width: handle.x < 0 ? crop.x + crop.width : frame.width - crop.x,
    height: handle.y < 0 ? crop.y + crop.height : frame.height - crop.y,
  }
  const least = Math.min(frame.width, frame.height) * minCropShare
  let width = handle.x === 0 ? crop.width : within(crop.width + handle.x * by.x, least, room.width)
  let height = handle.y === 0 ? crop.height : within(crop.height + handle.y * by.y, least, room.height)
  if (ratio !== undefined) {
    const leastWidth = Math.max(least, least * ratio)
    const wished = handle.y === 0 ? width : handle.x === 0 ? height * ratio : Math.max(width, height * ratio)
    width = within(wished, leastWidth, Math.min(room.width, room.height * ratio))
    height = width / ratio
  }
  return {
    x: handle.x < 0 ? crop.x + crop.width - width : crop.x,
    y: handle.y < 0 ? crop.y + crop.height - height : crop.y,
    width,
    height,
  }
}

/** The largest of that ratio around the middle of the crop, moved where it would leave the frame. */
export function cropInRatio(crop: Rect, frame: Size, ratio: number | undefined): Rect {
  if (ratio === undefined) return crop
  const width = Math.min(frame.width, frame.height * ratio)
  const height = width / ratio
  const middle = { x: crop.x + crop.width / 2, y: crop.y + crop.height / 2 }
  return moveCrop({ x: middle.x - width / 2, y: middle.y - height / 2, width, height }, { x: 0, y: 0 }, frame)
}

function within(value: number, least: number, most: number): number {
  return Math.max(0, Math.min(most, Math.max(least, value)))
}
