import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitEdge, fitPixels } from '../../src/media/worker/picture.ts'

const side = fc.integer({ min: 1, max: 65_535 })

describe('scaling', () => {
  it('keeps the shape of common photos', () => {
    expect(fitEdge({ width: 4032, height: 3024 }, 2048)).toEqual({ width: 2048, height: 1536 })
    expect(fitEdge({ width: 800, height: 600 }, 2048)).toEqual({ width: 800, height: 600 })
    expect(fitPixels({ width: 4096, height: 4096 }, 4096 * 4096)).toEqual({ width: 4096, height: 4096 })
  })

  it('never exceeds its bound, never enlarges, and never loses a side', () => {
    fc.assert(
      fc.property(side, side, (width, height) => {
        const edge = fitEdge({ width, height }, 2048)
        expect(Math.max(edge.width, edge.height)).toBeLessThanOrEqual(2048)
        const area = fitPixels({ width, height }, 16_777_216)
        expect(area.width * area.height).toBeLessThanOrEqual(16_777_216)
        for (const size of [edge, area]) {
          expect(size.width).toBeGreaterThan(0)
          expect(size.height).toBeGreaterThan(0)
          expect(size.width).toBeLessThanOrEqual(width)
          expect(size.height).toBeLessThanOrEqual(height)
        }
      }),
    )
  })
})
