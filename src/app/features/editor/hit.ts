// What a press on the picture takes hold of, and what moving and resizing make of it.

import type { Operation, PhotoEdit, Point, Region, Size, TextOperation } from './edit.ts'
import { apply, product, rotation, translation } from './matrix.ts'
import { covers } from './region.ts'

export type MeasureText = (text: TextOperation) => Size

/** The last drawn one of this kind at the point, which is in the image. */
export function operationAt(
  edit: PhotoEdit,
  kind: 'text' | 'blur',
  point: Point,
  measure: MeasureText,
): number | undefined {
  const at = edit.operations.findLastIndex((operation) => {
    if (operation.kind !== kind) return false
    if (operation.kind === 'blur') return covers(operation.region, point)
    return operation.kind === 'text' && isOnText(operation, point, measure)
  })
  return at === -1 ? undefined : at
}

export function moveOperation<O extends Operation>(operation: O, by: Point): O
export function moveOperation(operation: Operation, by: Point): Operation {
  const moved = ({ x, y }: Point): Point => ({ x: x + by.x, y: y + by.y })
  if (operation.kind === 'text') return { ...operation, at: moved(operation.at) }
  if (operation.kind !== 'blur') return { ...operation, points: operation.points.map(moved) }
  return { ...operation, region: moveRegion(operation.region, moved) }
}

/** Around its middle. */
export function resizeOperation(operation: Operation, factor: number): Operation {
  if (operation.kind === 'text') return { ...operation, size: operation.size * factor }
  if (operation.kind !== 'blur') return { ...operation, width: operation.width * factor }
  const { region } = operation
  if (region.shape === 'brush') return { ...operation, region: { ...region, width: region.width * factor } }
  const { x, y, width, height } = region.rect
  const rect = {
    x: x - (width * (factor - 1)) / 2,
    y: y - (height * (factor - 1)) / 2,
    width: width * factor,
    height: height * factor,
  }
  return { ...operation, region: { ...region, rect } }
}

function moveRegion(region: Region, moved: (point: Point) => Point): Region {
  if (region.shape === 'brush') return { ...region, points: region.points.map(moved) }
  return { ...region, rect: { ...region.rect, ...moved(region.rect) } }
}

function isOnText(operation: TextOperation, point: Point, measure: MeasureText): boolean {
  const { at, degrees } = operation
  const { x, y } = apply(product(rotation(-degrees), translation(-at.x, -at.y)), point)
  const { width, height } = measure(operation)
  return Math.abs(x) <= width / 2 && Math.abs(y) <= height / 2
}
