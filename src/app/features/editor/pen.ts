// What a pen makes of the points that it was drawn through.

import type { Operation, Point, Size } from './edit.ts'
import { rectBetween } from './region.ts'

export interface Pen {
  readonly colour: string
  readonly width: Width
  readonly erases: boolean
}

export interface BlurBrush {
  readonly shape: 'rectangle' | 'ellipse' | 'brush'
  readonly width: Width
}

export type Width = 'thin' | 'medium' | 'thick'

/** Of the shorter side of the photo. */
const penShares: Readonly<Record<Width, number>> = { thin: 0.006, medium: 0.015, thick: 0.04 }
const brushShares: Readonly<Record<Width, number>> = { thin: 0.04, medium: 0.09, thick: 0.18 }
/** A drag that is shorter was a press. */
const minRegionShare = 0.01

export function stroke(pen: Pen, image: Size, points: readonly Point[]): Operation {
  const width = shorter(image) * penShares[pen.width] * (pen.erases ? 3 : 1)
  return { kind: pen.erases ? 'erase' : 'stroke', points, width, colour: pen.colour }
}

/** Undefined for a drag that spans nothing. */
export function blur({ shape, width }: BlurBrush, image: Size, points: readonly Point[]): Operation | undefined {
  if (shape === 'brush') {
    return { kind: 'blur', region: { shape, points, width: shorter(image) * brushShares[width] } }
  }
  const [first, last] = [points[0], points.at(-1)]
  if (first === undefined || last === undefined) return undefined
  const rect = rectBetween(first, last)
  const least = shorter(image) * minRegionShare
  return rect.width < least || rect.height < least ? undefined : { kind: 'blur', region: { shape, rect } }
}

export function shorter({ width, height }: Size): number {
  return Math.min(width, height)
}
