// Where things are while a photo is turned, mirrored, straightened and cropped.

import { assert, constantFrom, integer, property, array, record } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cropInRatio, moveCrop, ratioOf, resizeCrop } from '../../../../src/app/features/editor/crop.ts'
import type { Ratio } from '../../../../src/app/features/editor/crop.ts'
import { editedSize, noEdit } from '../../../../src/app/features/editor/edit.ts'
import type { PhotoEdit, Point, Rect, Size } from '../../../../src/app/features/editor/edit.ts'
import {
  angleInFrame,
  frameSize,
  imageToFrame,
  mirror,
  straighten,
  toImage,
  turn,
  uprightDegrees,
} from '../../../../src/app/features/editor/frame.ts'
import { apply, cornersOf } from '../../../../src/app/features/editor/matrix.ts'

const image: Size = { width: 400, height: 300 }
const sizes = record({ width: integer({ min: 20, max: 5000 }), height: integer({ min: 20, max: 5000 }) })
const steps = array(constantFrom('turn', 'mirror'), { maxLength: 12 })
const angles = integer({ min: -40, max: 40 }).map((halves) => halves / 2)

function walk(size: Size, edit: PhotoEdit, taken: readonly string[]): PhotoEdit {
  return taken.reduce((now, step) => (step === 'turn' ? turn(size, now) : mirror(size, now)), edit)
}
function isInside(outer: Size, { x, y, width, height }: Rect): boolean {
  const slack = 1e-6 * Math.max(outer.width, outer.height)
  return (
    x >= -slack &&
    y >= -slack &&
    x + width <= outer.width + slack &&
    y + height <= outer.height + slack &&
    width > 0 &&
    height > 0
  )
}
function expectAt(point: Point, x: number, y: number): void {
  expect(point.x).toBeCloseTo(x, 6)
  expect(point.y).toBeCloseTo(y, 6)
}

describe('the frame', () => {
  it('is the image where nothing is changed', () => {
    expectAt(apply(imageToFrame(image, noEdit(image)), { x: 7, y: 9 }), 7, 9)
  })

  it('shows the top left corner at the top right after a turn clockwise', () => {
    const edit = turn(image, noEdit(image))
    expect(frameSize(image, edit)).toEqual({ width: 300, height: 400 })
    expectAt(apply(imageToFrame(image, edit), { x: 0, y: 0 }), 300, 0)
  })

  it('shows left for right after mirroring, also when it was turned before', () => {
    expectAt(apply(imageToFrame(image, mirror(image, noEdit(image))), { x: 10, y: 20 }), 390, 20)
    const turned = turn(image, noEdit(image))
    const before = apply(imageToFrame(image, turned), { x: 10, y: 20 })
    const after = apply(imageToFrame(image, mirror(image, turned)), { x: 10, y: 20 })
    expectAt(after, 300 - before.x, before.y)
  })

  it('is as before after four turns, and after mirroring twice', () => {
    assert(
      property(sizes, steps, angles, (size, taken, degrees) => {
        const edit = straighten(walk(size, noEdit(size), taken), degrees)
        expect(walk(size, edit, ['turn', 'turn', 'turn', 'turn'])).toMatchObject({
          turns: edit.turns,
          mirrored: edit.mirrored,
        })
        expect(walk(size, edit, ['mirror', 'mirror'])).toEqual(edit)
      }),
    )
  })

  it('keeps the same part of the image in the crop, whatever is turned and mirrored', () => {
    assert(
      property(sizes, steps, angles, (size, taken, degrees) => {
        const crop = { x: size.width / 5, y: size.height / 4, width: size.width / 3, height: size.height / 2 }
        const start = straighten({ ...noEdit(size), crop }, degrees)
        const end = walk(size, start, taken)
        const middle = ({ x, y, width, height }: Rect) => ({ x: x + width / 2, y: y + height / 2 })
        const seen = toImage(size, start, middle(start.crop))
        const kept = toImage(size, end, middle(end.crop))
        expectAt(kept, seen.x, seen.y)
        expect(isInside(frameSize(size, end), end.crop)).toBe(true)
      }),
    )
  })

  it('has no empty corner at any angle', () => {
    assert(
      property(sizes, steps, angles, (size, taken, degrees) => {
        const edit = straighten(walk(size, noEdit(size), taken), degrees)
        const slack = 1e-6 * Math.max(size.width, size.height)
        for (const corner of cornersOf({ x: 0, y: 0, ...frameSize(size, edit) })) {
          const { x, y } = toImage(size, edit, corner)
          expect(x).toBeGreaterThanOrEqual(-slack)
          expect(y).toBeGreaterThanOrEqual(-slack)
          expect(x).toBeLessThanOrEqual(size.width + slack)
          expect(y).toBeLessThanOrEqual(size.height + slack)
        }
      }),
    )
  })

  it('straightens no further than its limit', () => {
    expect(straighten(noEdit(image), 90).straightenDegrees).toBe(20)
    expect(straighten(noEdit(image), -90).straightenDegrees).toBe(-20)
  })

  it('shows new texts upright, however it is turned', () => {
    assert(
      property(sizes, steps, angles, (size, taken, degrees) => {
        const edit = straighten(walk(size, noEdit(size), taken), degrees)
        expect(angleInFrame(edit, uprightDegrees(edit)) % 360).toBeCloseTo(0, 9)
      }),
    )
  })
})

describe('the crop', () => {
  const frame: Size = { width: 400, height: 300 }
  const whole: Rect = { x: 0, y: 0, ...frame }

  it('is pulled by its corners and edges', () => {
    expect(resizeCrop(whole, { x: 1, y: 1 }, { x: -100, y: -50 }, frame, undefined)).toEqual({
      x: 0,
      y: 0,
      width: 300,
      height: 250,
    })
    expect(resizeCrop(whole, { x: -1, y: 0 }, { x: 100, y: 999 }, frame, undefined)).toEqual({
      x: 100,
      y: 0,
      width: 300,
      height: 300,
    })
  })

  it('never leaves the frame nor turns inside out, whatever is pulled', () => {
    const sides = constantFrom<-1 | 0 | 1>(-1, 0, 1)
    const pulls = array(
      record({
        handle: record({ x: sides, y: sides }),
        by: record({ x: integer({ min: -9999, max: 9999 }), y: integer({ min: -9999, max: 9999 }) }),
        ratio: constantFrom<Ratio>('free', 'square', '4:3', '16:9'),
        moves: constantFrom(true, false),
      }),
      { maxLength: 8 },
    )
    assert(
      property(sizes, pulls, (size, pulled) => {
        let crop: Rect = { x: 0, y: 0, ...size }
        for (const { handle, by, ratio, moves } of pulled) {
          const shape = ratioOf(ratio, crop)
          crop = moves ? moveCrop(crop, by, size) : resizeCrop(cropInRatio(crop, size, shape), handle, by, size, shape)
          expect(isInside(size, crop)).toBe(true)
        }
      }),
    )
  })

  it('keeps its shape where it has one', () => {
    const square = cropInRatio(whole, frame, ratioOf('square', whole))
    expect(square).toEqual({ x: 50, y: 0, width: 300, height: 300 })
    const pulled = resizeCrop(square, { x: -1, y: -1 }, { x: 100, y: 20 }, frame, 1)
    expect(pulled.width).toBeCloseTo(pulled.height, 9)
    expect(pulled.x + pulled.width).toBeCloseTo(350, 9)
  })

  it('is upright in an upright picture', () => {
    expect(ratioOf('16:9', { width: 300, height: 400 })).toBeCloseTo(9 / 16, 9)
  })
})

describe('the size of the result', () => {
  it('is that of the photo, or as large as a result may be', () => {
    expect(editedSize({ width: 4000, height: 3000 })).toEqual({ width: 4000, height: 3000 })
    const large = editedSize({ width: 12_000, height: 9000 })
    expect(large.width * large.height).toBeLessThanOrEqual(16_777_216)
    expect(large.width / large.height).toBeCloseTo(4 / 3, 2)
    expect(editedSize({ width: 60_000, height: 3 })).toEqual({ width: 16_000, height: 1 })
  })
})
