import { describe, expect, it } from 'vitest'
import { kept, moveBy, wholePicture, zoomAt } from '../../../src/app/features/viewer/zoom.ts'

const stage = { width: 400, height: 800 }
const landscape = { width: 4000, height: 2000 }

describe('a picture on the stage', () => {
  it('stays where it is under the point that it is enlarged at', () => {
    const { scale, x, y } = zoomAt(wholePicture, 2, { x: 100, y: -50 })
    // What lay at (100, -50) from the middle is drawn at scale × 100 + x.
    expect([scale * 100 + x, scale * -50 + y]).toEqual([100, -50])
  })

  it('is never smaller than whole, nor larger than there is something to see', () => {
    expect(zoomAt(wholePicture, 0.1, { x: 0, y: 0 }).scale).toBe(1)
    expect(zoomAt(wholePicture, 1000, { x: 0, y: 0 }).scale).toBe(8)
  })

  it('cannot be dragged off the stage, and stays in the middle where it is smaller', () => {
    const dragged = kept(moveBy(zoomAt(wholePicture, 2, { x: 0, y: 0 }), 9999, 9999), stage, landscape)
    // 800 wide on 400; 400 high on 800.
    expect(dragged).toEqual({ scale: 2, x: 200, y: 0 })
    expect(kept(moveBy(wholePicture, -50, 50), stage, landscape)).toEqual({ scale: 1, x: -0, y: 0 })
  })

  it('survives dimensions of zero', () => {
    const { x, y } = kept(moveBy(wholePicture, 5, 5), stage, { width: 0, height: 0 })
    expect([x, y].every(Number.isFinite)).toBe(true)
  })
})
