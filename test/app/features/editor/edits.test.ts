// The small parts of the editor: undo, filters, what a press holds, zoom, trim, and what moves.

import { array, assert, constantFrom, integer, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { noEdit } from '../../../../src/app/features/editor/edit.ts'
import type { Operation, PhotoEdit } from '../../../../src/app/features/editor/edit.ts'
import { applyFilter } from '../../../../src/app/features/editor/filters.ts'
import type { FilterName } from '../../../../src/app/features/editor/filters.ts'
import { record, redo, startHistory, undo } from '../../../../src/app/features/editor/history.ts'
import { moveOperation, operationAt, resizeOperation } from '../../../../src/app/features/editor/hit.ts'
import { isAnimated } from '../../../../src/app/features/editor/is-animated.ts'
import { blur, stroke } from '../../../../src/app/features/editor/pen.ts'
import {
  videoEdit,
  videoEdits,
  wholeVideo,
  withEnd,
  withStart,
} from '../../../../src/app/features/editor/video-edit.ts'
import { frameToScreen, noZoom, panBy, zoomAt } from '../../../../src/app/features/editor/view.ts'
import { apply, inverse } from '../../../../src/app/features/editor/matrix.ts'
import { png, pngChunk, vp8, vp8x, webp } from '../../../media/photos.ts'

describe('undo', () => {
  it('goes back through every step and forth again', () => {
    assert(
      property(array(integer({ min: 1, max: 9 }), { maxLength: 20 }), (values) => {
        let history = startHistory<readonly number[]>([])
        for (const value of values) history = record(history, [...history.present, value])
        const end = history.present
        for (const _ of values) history = undo(history)
        expect(history.present).toEqual([])
        expect(undo(history).present).toEqual([])
        for (const _ of values) history = redo(history)
        expect(history.present).toEqual(end)
        expect(redo(history).present).toEqual(end)
      }),
    )
  })

  it('takes a gesture back as a whole', () => {
    let history = record(startHistory(0), 1)
    for (const value of [2, 3, 4]) history = record(history, value, 'slide')
    expect(undo(history).present).toBe(1)
    expect(undo(record(history, 5, 'other')).present).toBe(4)
  })

  it('does not join a gesture with one that was undone', () => {
    const history = undo(record(record(startHistory(0), 1, 'slide'), 2, 'other'))
    expect(undo(record(history, 3, 'slide')).present).toBe(1)
  })

  it('forgets what was undone once something else is done, and the oldest steps in the end', () => {
    expect(redo(record(undo(record(startHistory(0), 1)), 2)).present).toBe(2)
    let history = startHistory(0)
    for (let step = 1; step <= 300; step += 1) history = record(history, step)
    expect(history.past.length).toBe(200)
  })

  it('counts nothing where nothing changed', () => {
    expect(record(startHistory('same'), 'same').past).toEqual([])
  })
})

describe('a filter', () => {
  const names = constantFrom<FilterName>('none', 'mono', 'warm', 'cool', 'vivid', 'faded', 'sepia')
  const bytes = array(integer({ min: 0, max: 255 }), { minLength: 4, maxLength: 4 })

  it('does nothing at strength 0, and never touches what is transparent', () => {
    assert(
      property(names, bytes, (name, pixel) => {
        const data = Uint8ClampedArray.from(pixel)
        applyFilter(data, name, 0)
        expect([...data]).toEqual(pixel)
        applyFilter(data, name, 1)
        expect(data[3]).toBe(pixel[3])
      }),
    )
  })

  it('takes the colour away in mono', () => {
    const data = Uint8ClampedArray.of(255, 0, 0, 255, 10, 200, 30, 255)
    applyFilter(data, 'mono', 1)
    expect(data[0]).toBe(data[1])
    expect(data[1]).toBe(data[2])
    expect(data[4]).toBe(data[6])
  })

  it('does half of it at half strength', () => {
    const data = Uint8ClampedArray.of(200, 0, 0, 255)
    applyFilter(data, 'mono', 0.5)
    expect([...data]).toEqual([121, 21, 21, 255])
  })
})

describe('a press on the picture', () => {
  const image = { width: 400, height: 300 }
  const region = {
    kind: 'blur',
    region: { shape: 'rectangle', rect: { x: 10, y: 10, width: 50, height: 50 } },
  } as const
  const text = { kind: 'text', text: 'Hi', at: { x: 200, y: 100 }, size: 20, colour: '#fff', degrees: 90 } as const
  const measure = () => ({ width: 80, height: 20 })
  const edit: PhotoEdit = { ...noEdit(image), operations: [region, text, region] }

  it('holds the last that was put there, of the kind that is edited', () => {
    expect(operationAt(edit, 'blur', { x: 20, y: 20 }, measure)).toBe(2)
    expect(operationAt(edit, 'text', { x: 20, y: 20 }, measure)).toBeUndefined()
  })

  it('holds a tilted text by its letters', () => {
    expect(operationAt(edit, 'text', { x: 200, y: 135 }, measure)).toBe(1)
    expect(operationAt(edit, 'text', { x: 235, y: 100 }, measure)).toBeUndefined()
  })

  it('still holds it where it was moved to', () => {
    const by = { x: 31, y: -7 }
    const moved = [region, text].map((operation: Operation) => moveOperation(operation, by))
    const next = { ...edit, operations: moved }
    expect(operationAt(next, 'text', { x: 231, y: 93 }, measure)).toBe(1)
    expect(operationAt(next, 'blur', { x: 41, y: 4 }, measure)).toBe(0)
  })

  it('resizes around the middle', () => {
    expect(resizeOperation(region, 2)).toEqual({
      kind: 'blur',
      region: { shape: 'rectangle', rect: { x: -15, y: -15, width: 100, height: 100 } },
    })
    expect(resizeOperation(text, 2)).toMatchObject({ size: 40, at: text.at })
  })

  it('makes no region of a press that spans nothing', () => {
    const brush = { shape: 'ellipse', width: 'medium' } as const
    expect(
      blur(brush, image, [
        { x: 5, y: 5 },
        { x: 6, y: 90 },
      ]),
    ).toBeUndefined()
    expect(
      blur(brush, image, [
        { x: 50, y: 50 },
        { x: 9, y: 90 },
      ]),
    ).toMatchObject({
      region: { rect: { x: 9, y: 50, width: 41, height: 40 } },
    })
    expect(stroke({ colour: '#fff', width: 'thin', erases: true }, image, [{ x: 1, y: 1 }]).kind).toBe('erase')
  })
})

describe('the view', () => {
  const screen = { width: 300, height: 500 }
  const shown = { x: 100, y: 50, width: 400, height: 300 }

  it('fits what is shown into the middle', () => {
    const view = frameToScreen(shown, screen, 20, noZoom)
    expect(apply(view, { x: 300, y: 200 })).toEqual({ x: 150, y: 250 })
    expect(apply(view, { x: 100, y: 200 }).x).toBeCloseTo(20, 9)
  })

  it('keeps what is under the fingers while they zoom', () => {
    const at = { x: 40, y: -60 }
    const before = frameToScreen(shown, screen, 20, noZoom)
    const after = frameToScreen(shown, screen, 20, zoomAt(noZoom, at, 2, screen))
    const onScreen = { x: at.x + 150, y: at.y + 250 }
    const held = apply(inverse(before), onScreen)
    expect(apply(after, held).x).toBeCloseTo(onScreen.x, 6)
    expect(apply(after, held).y).toBeCloseTo(onScreen.y, 6)
  })

  it('zooms no further than it may, and never loses the picture', () => {
    expect(zoomAt(noZoom, { x: 0, y: 0 }, 1000, screen).factor).toBe(8)
    expect(zoomAt(noZoom, { x: 9, y: 9 }, 0.001, screen)).toEqual(noZoom)
    expect(panBy(noZoom, { x: 99, y: 99 }, screen)).toEqual(noZoom)
  })
})

describe('a trimmed video', () => {
  it('is described only where something is changed', () => {
    expect(videoEdits(wholeVideo(9000), 9000)).toBeUndefined()
    expect(videoEdits({ startMs: 1000, endMs: 4000.4, mute: true, posterMs: 1500 }, 9000)).toEqual({
      trim: { startMs: 1000, endMs: 4000 },
      mute: true,
      posterMs: 500,
    })
  })

  it('comes back as it was described', () => {
    const edit = { startMs: 1000, endMs: 4000, mute: true, posterMs: 1500 }
    expect(videoEdit(videoEdits(edit, 9000), 9000)).toEqual(edit)
    expect(videoEdit(undefined, 9000)).toEqual(wholeVideo(9000))
  })

  it('keeps its handles in order and its still inside, whatever is pulled', () => {
    const moments = array(integer({ min: -5000, max: 15_000 }), { maxLength: 10 })
    assert(
      property(moments, integer({ min: 500, max: 10_000 }), (pulled, durationMs) => {
        let edit = { ...wholeVideo(durationMs), posterMs: durationMs / 2 }
        for (const [index, moment] of pulled.entries()) {
          const next = index % 2 === 0 ? withStart(edit, moment) : withEnd(edit, moment, durationMs)
          edit = { ...next, posterMs: next.posterMs ?? -1 }
          expect(edit.startMs).toBeGreaterThanOrEqual(0)
          expect(edit.endMs).toBeLessThanOrEqual(durationMs)
          expect(edit.endMs - edit.startMs).toBeGreaterThanOrEqual(500)
          expect(edit.posterMs).toBeGreaterThanOrEqual(edit.startMs)
          expect(edit.posterMs).toBeLessThanOrEqual(edit.endMs)
        }
      }),
    )
  })
})

describe('a picture that moves', () => {
  it('is known by its first bytes', () => {
    expect(isAnimated(png())).toBe(false)
    expect(isAnimated(png(pngChunk('acTL', new Uint8Array(8))))).toBe(true)
    expect(isAnimated(webp(vp8))).toBe(false)
    expect(isAnimated(webp(vp8x(0x02), vp8))).toBe(true)
    expect(isAnimated(webp(vp8x(0x08), vp8))).toBe(false)
    expect(isAnimated(new TextEncoder().encode('GIF89a'))).toBe(true)
    expect(isAnimated(new TextEncoder().encode('\0\0\0\x20ftypavis'))).toBe(true)
    expect(isAnimated(new TextEncoder().encode('\0\0\0\x20ftypavif'))).toBe(false)
    expect(isAnimated(new Uint8Array())).toBe(false)
    expect(isAnimated(png().subarray(0, 20))).toBe(false)
  })
})
