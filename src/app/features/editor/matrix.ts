// Affine maps of the plane, as canvases take them: x' = a·x + c·y + e, y' = b·x + d·y + f.

import type { Point, Rect } from './edit.ts'

export type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number]

export function translation(x: number, y: number): Matrix {
  return [1, 0, 0, 1, x, y]
}

export function scaling(x: number, y = x): Matrix {
  return [x, 0, 0, y, 0, 0]
}

/** Clockwise on a screen, whose y points down. */
export function rotation(degrees: number): Matrix {
  const [sin, cos] = [Math.sin(radians(degrees)), Math.cos(radians(degrees))]
  return [cos, sin, -sin, cos, 0, 0]
}

/** The last is applied first. */
export function product(...matrices: readonly Matrix[]): Matrix {
  return matrices.reduce(([a, b, c, d, e, f], [g, h, i, j, k, l]) => [
    a * g + c * h,
    b * g + d * h,
    a * i + c * j,
    b * i + d * j,
    a * k + c * l + e,
    b * k + d * l + f,
  ])
}

export function inverse([a, b, c, d, e, f]: Matrix): Matrix {
  const det = a * d - b * c
  return [d / det, -b / det, -c / det, a / det, (c * f - d * e) / det, (b * e - a * f) / det]
}

export function apply([a, b, c, d, e, f]: Matrix, { x, y }: Point): Point {
  return { x: a * x + c * y + e, y: b * x + d * y + f }
}

/** The smallest upright rectangle around what the rectangle becomes. */
export function applyToRect(matrix: Matrix, rect: Rect): Rect {
  return boundsOf(cornersOf(rect).map((corner) => apply(matrix, corner)))
}

export function cornersOf({ x, y, width, height }: Rect): Point[] {
  return [
    { x, y },
    { x: x + width, y },
    { x: x + width, y: y + height },
    { x, y: y + height },
  ]
}

export function boundsOf(points: readonly Point[]): Rect {
  const xs = points.map(({ x }) => x)
  const ys = points.map(({ y }) => y)
  const [left, top] = [xs.reduce((least, x) => Math.min(least, x)), ys.reduce((least, y) => Math.min(least, y))]
  const [right, bottom] = [xs.reduce((most, x) => Math.max(most, x)), ys.reduce((most, y) => Math.max(most, y))]
  return { x: left, y: top, width: right - left, height: bottom - top }
}

export function radians(degrees: number): number {
  return (degrees * Math.PI) / 180
}
