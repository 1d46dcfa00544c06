// What is blurred before sending is gone: the result says nothing of it but its coarse colours.

import { array, assert, constant, constantFrom, integer, oneof, property, record } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coverageOf } from '../../../../src/app/features/editor/coverage.ts'
import { destroyPixels, fieldsPerSide, noiseAmplitude } from '../../../../src/app/features/editor/destroy-pixels.ts'
import type { Pixels } from '../../../../src/app/features/editor/destroy-pixels.ts'
import { secureNoise, unsafePreviewNoise } from '../../../../src/app/features/editor/noise.ts'
import { covers, pixelBounds, scaleRegion } from '../../../../src/app/features/editor/region.ts'

const all = () => true
const side = 32
/** Pixels a side of one field. */
const field = side / fieldsPerSide

function picture(colour: (x: number, y: number, channel: number) => number, alpha = 255): Pixels {
  const data = new Uint8ClampedArray(side * side * 4)
  for (let at = 0; at < data.length; at += 4) {
    const [x, y] = [(at / 4) % side, Math.floor(at / 4 / side)]
    for (let channel = 0; channel < 3; channel += 1) data[at + channel] = colour(x, y, channel)
    data[at + 3] = alpha
  }
  return { data, width: side, height: side }
}

/** The same pixels of each field in another order. */
function shuffled({ data, width, height }: Pixels, swaps: readonly number[]): Pixels {
  const copy = data.slice()
  const fields = fieldsPerSide * fieldsPerSide
  for (const [index, swap] of swaps.entries()) {
    const [column, row] = [index % fieldsPerSide, Math.floor((index % fields) / fieldsPerSide)]
    const pixel = (number: number) => {
      const inField = number % (field * field)
      return ((row * field + Math.floor(inField / field)) * width + column * field + (inField % field)) * 4
    }
    const [from, to] = [pixel(swap), pixel(swap >>> 8)]
    const kept = copy.slice(from, from + 4)
    copy.copyWithin(from, to, to + 4)
    copy.set(kept, to)
  }
  return { data: copy, width, height }
}

describe('a destroyed region', () => {
  it('is the same, bit for bit, for pictures that have only their coarse averages in common', () => {
    const colours = array(integer({ min: 0, max: 255 }), { minLength: side * side * 3, maxLength: side * side * 3 })
    const swaps = array(integer({ min: 0, max: 0xffff }), { minLength: 200, maxLength: 400 })
    assert(
      property(colours, swaps, (values, order) => {
        const one = picture((x, y, channel) => values[(y * side + x) * 3 + channel] ?? 0)
        const other = shuffled(one, order)
        destroyPixels(one, all, unsafePreviewNoise())
        destroyPixels(other, all, unsafePreviewNoise())
        expect(one.data).toEqual(other.data)
      }),
      { numRuns: 20 },
    )
  })

  it('does not tell a face from a grey wall of the same averages', () => {
    const checkered = picture((x, y) => ((x + y) % 2 === 0 ? 255 : 1))
    const grey = picture(() => 128)
    destroyPixels(checkered, all, unsafePreviewNoise())
    destroyPixels(grey, all, unsafePreviewNoise())
    expect(checkered.data).toEqual(grey.data)
  })

  it('holds no pixel value of what was there', () => {
    const pixels = picture((x, y) => ((x + y) % 2 === 0 ? 255 : 0))
    destroyPixels(pixels, all, secureNoise())
    const values = pixels.data.filter((_, index) => index % 4 !== 3)
    expect(values.includes(0)).toBe(false)
    expect(values.includes(255)).toBe(false)
  })

  it('hides differences of averages that are smaller than the noise', () => {
    // As likely from the one as from the other: each noise that makes this of a lighter picture has its twin.
    const shift = noiseAmplitude / 2
    const darker = picture(() => 100)
    const lighter = picture(() => 100 + shift)
    destroyPixels(darker, all, () => 0.75)
    destroyPixels(lighter, all, () => 0.5)
    expect(darker.data).toEqual(lighter.data)
  })

  it('is as different each time as its noise is', () => {
    const [one, other] = [picture(() => 100), picture(() => 100)]
    destroyPixels(one, all, secureNoise())
    destroyPixels(other, all, secureNoise())
    expect(one.data).not.toEqual(other.data)
  })

  it('is opaque, so that no shape stays in what was transparent', () => {
    const pixels = picture(() => 9, 0)
    destroyPixels(pixels, all, secureNoise())
    expect(pixels.data.filter((_, index) => index % 4 === 3).every((alpha) => alpha === 255)).toBe(true)
  })

  it('leaves what is around it as it was, and takes nothing from there', () => {
    const inside = (x: number, y: number) => x >= 8 && x < 24 && y >= 8 && y < 24
    const [one, other] = [picture((x, y) => (inside(x, y) ? 77 : 10)), picture((x, y) => (inside(x, y) ? 77 : 240))]
    const before = one.data.slice()
    destroyPixels(one, inside, unsafePreviewNoise())
    destroyPixels(other, inside, unsafePreviewNoise())
    const isInside = (_: number, at: number) => inside((at >> 2) % side, Math.floor(at / 4 / side))
    expect(one.data.filter(isInside)).toEqual(other.data.filter(isInside))
    const isAround = (value: number, at: number) => !isInside(value, at)
    expect(one.data.filter(isAround)).toEqual(before.filter(isAround))
  })

  it('is no larger a riddle for a single pixel, nor for none', () => {
    const one: Pixels = { data: Uint8ClampedArray.of(200, 200, 200, 255), width: 1, height: 1 }
    destroyPixels(one, all, () => 0)
    expect([...one.data]).toEqual([168, 168, 168, 255])
    destroyPixels(
      one,
      () => false,
      () => 0,
    )
    expect([...one.data]).toEqual([168, 168, 168, 255])
  })
})

describe('the noise of what is sent', () => {
  it('lies between 0 and 1 and does not repeat', () => {
    const noise = secureNoise()
    const drawn = Array.from({ length: 500 }, noise)
    expect(drawn.every((number) => number >= 0 && number < 1)).toBe(true)
    expect(new Set(drawn).size).toBeGreaterThan(490)
    expect(secureNoise()()).not.toBe(secureNoise()())
  })
})

describe('a region', () => {
  const rect = { x: 10, y: 20, width: 30, height: 10 }

  it('covers a rectangle with its edges', () => {
    expect(covers({ shape: 'rectangle', rect }, { x: 10, y: 20 })).toBe(true)
    expect(covers({ shape: 'rectangle', rect }, { x: 9, y: 20 })).toBe(false)
  })

  it('covers an ellipse without the corners of its box', () => {
    expect(covers({ shape: 'ellipse', rect }, { x: 25, y: 25 })).toBe(true)
    expect(covers({ shape: 'ellipse', rect }, { x: 11, y: 21 })).toBe(false)
    expect(covers({ shape: 'ellipse', rect: { ...rect, width: 0 } }, { x: 10, y: 25 })).toBe(false)
  })

  it('covers what a brush went over, between its points too', () => {
    const brush = {
      shape: 'brush',
      width: 6,
      points: [
        { x: 0, y: 0 },
        { x: 100, y: 0 },
      ],
    } as const
    expect(covers(brush, { x: 50, y: 2.9 })).toBe(true)
    expect(covers(brush, { x: 50, y: 3.1 })).toBe(false)
    expect(covers({ ...brush, points: [{ x: 5, y: 5 }] }, { x: 5, y: 7 })).toBe(true)
  })

  it('is worked out at once for all pixels, as for each', () => {
    const coordinate = integer({ min: -20, max: 60 })
    const points = array(record({ x: coordinate, y: coordinate }), { minLength: 1, maxLength: 8 })
    const brush = record({ shape: constant('brush'), points, width: integer({ min: 1, max: 30 }) })
    const boxed = record({ shape: constantFrom('rectangle', 'ellipse'), rect: constant(rect) })
    assert(
      property(oneof(brush, boxed), (region) => {
        const bounds = pixelBounds(region, { width: 40, height: 40 })
        if (bounds === undefined) return
        const covered = coverageOf(region, bounds)
        for (let y = 0; y < bounds.height; y += 1) {
          for (let x = 0; x < bounds.width; x += 1) {
            expect(covered(x, y)).toBe(covers(region, { x: bounds.x + x + 0.5, y: bounds.y + y + 0.5 }))
          }
        }
      }),
    )
  })

  it('looks at few points for each pixel of what a brush scribbled on', () => {
    let read = 0
    const points = Array.from({ length: 3600 }, (_, index) => {
      const [x, y] = [640 + 600 * Math.cos(index / 70), 640 + 600 * Math.sin(index / 110)]
      return {
        get x() {
          read += 1
          return x
        },
        y,
      }
    })
    const bounds = { x: 0, y: 0, width: 1280, height: 1280 }
    coverageOf({ shape: 'brush', points, width: 40 }, bounds)
    expect(read).toBeLessThan(20 * bounds.width * bounds.height)
  })

  it('covers the same at every scale', () => {
    const coordinates = integer({ min: 0, max: 100 })
    assert(
      property(
        constantFrom('rectangle', 'ellipse'),
        coordinates,
        coordinates,
        integer({ min: 1, max: 9 }),
        (shape, x, y, factor) => {
          const region = { shape, rect } as const
          const scaled = covers(scaleRegion(region, factor), { x: x * factor, y: y * factor })
          expect(scaled).toBe(covers(region, { x, y }))
        },
      ),
    )
  })

  it('has no pixels where it lies beside the picture', () => {
    expect(pixelBounds({ shape: 'rectangle', rect: { ...rect, x: 900 } }, { width: 100, height: 100 })).toBeUndefined()
    expect(pixelBounds({ shape: 'rectangle', rect }, { width: 25, height: 100 })).toEqual({
      x: 9,
      y: 19,
      width: 16,
      height: 12,
    })
  })
})
