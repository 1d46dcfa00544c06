// Which part of the frame the screen shows: fitted, then zoomed and moved by the person.

import type { Point, Rect, Size } from './edit.ts'
import type { Matrix } from './matrix.ts'

/** `scale` and the shift, both beyond what fits. */
export interface Zoom {
  readonly factor: number
  readonly x: number
  readonly y: number
}

export const noZoom: Zoom = { factor: 1, x: 0, y: 0 }
const maxFactor = 8

/** From the frame to the screen: `shown` fitted into the middle, with a margin, then zoomed. */
export function frameToScreen(shown: Rect, screen: Size, margin: number, zoom: Zoom): Matrix {
  const fit = Math.max(
    0.001,
    Math.min((screen.width - 2 * margin) / shown.width, (screen.height - 2 * margin) / shown.height),
  )
  const scale = fit * zoom.factor
  const x = screen.width / 2 + zoom.x - (shown.x + shown.width / 2) * scale
  const y = screen.height / 2 + zoom.y - (shown.y + shown.height / 2) * scale
  return [scale, 0, 0, scale, x, y]
}

/** What is under `point` (from the middle of the screen) stays under it. */
export function zoomAt(zoom: Zoom, point: Point, by: number, screen: Size): Zoom {
  const factor = Math.min(maxFactor, Math.max(1, zoom.factor * by))
  const change = factor / zoom.factor
  return bounded({ factor, x: point.x + (zoom.x - point.x) * change, y: point.y + (zoom.y - point.y) * change }, screen)
}

export function panBy(zoom: Zoom, by: Point, screen: Size): Zoom {
  return bounded({ ...zoom, x: zoom.x + by.x, y: zoom.y + by.y }, screen)
}

/** The middle never leaves the picture. */
function bounded({ factor, x, y }: Zoom, { width, height }: Size): Zoom {
  const [across, down] = [((factor - 1) * width) / 2, ((factor - 1) * height) / 2]
  return { factor, x: Math.min(across, Math.max(-across, x)), y: Math.min(down, Math.max(-down, y)) }
}
