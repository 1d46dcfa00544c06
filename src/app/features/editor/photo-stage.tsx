// The picture while it is edited: what it will look like, and what pointers and keys do on it.

import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { EditorIcon } from './editor-icon.tsx'
import { arrows } from './arrows.ts'
import { addOperation, changeOperation } from './edit.ts'
import type { Operation, PhotoEdit, Point, Rect } from './edit.ts'
import { toImage } from './frame.ts'
import { moveOperation, operationAt } from './hit.ts'
import { editorLimits } from './limits.ts'
import type { Matrix } from './matrix.ts'
import { apply, inverse, product } from './matrix.ts'
import type { OpenPhoto } from './open-photo.ts'
import { textSize } from './paint.ts'
import { paintStage } from './paint-stage.ts'
import { useBase } from './use-base.ts'
import { useGestures } from './use-gestures.ts'
import type { Stroke } from './use-gestures.ts'
import { useScreenSize } from './use-screen-size.ts'
import { frameToScreen } from './view.ts'

/** So that handles at the edge of the picture can be taken hold of. */
const margin = 26
const keyStep = 8
const largeKeyStep = 40

interface Properties {
  readonly photo: OpenPhoto
  readonly edit: PhotoEdit
  /** The part of the frame to look at. */
  readonly shown: Rect
  /** All of the frame is seen, what is cut off darker. */
  readonly cropping: boolean
  /** What drawing through these points of the image makes; undefined: one pointer moves what it holds, or the view. */
  readonly make: ((points: readonly Point[]) => Operation | undefined) | undefined
  /** What can be held and moved. */
  readonly holds: 'text' | 'blur' | undefined
  readonly selected: number | undefined
  readonly onSelect: (index: number | undefined) => void
  readonly onEdit: (edit: PhotoEdit, gesture?: string) => void
  readonly overlay?: (view: Matrix) => ComponentChildren
}

let gestures = 0

export function PhotoStage(properties: Properties) {
  const { photo, edit, shown, cropping, make, holds, selected, onSelect, onEdit, overlay } = properties
  const hint = useId()
  const place = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const layer = useRef<OffscreenCanvas | undefined>(undefined)
  const screen = useScreenSize(place)
  const base = useBase(photo, edit)
  const [points, setPoints] = useState<readonly Point[]>([])
  const drawn = useRef<readonly Point[]>([])
  const [cursor, setCursor] = useState<Point>()
  const draw = (next: readonly Point[]) => {
    drawn.current = next
    setPoints(next)
  }
  const finish = () => {
    const operation = drawn.current.length === 0 ? undefined : make?.(drawn.current)
    draw([])
    if (operation === undefined) return
    const next = addOperation(edit, operation)
    onEdit(next)
    if (operation.kind === 'blur') onSelect(next.operations.length - 1)
  }

  const begin = (at: Point): Stroke | undefined => {
    setCursor(undefined)
    const inImage = imagePoint(at)
    const held = holds === undefined ? undefined : operationAt(edit, holds, inImage, measure)
    if (holds !== undefined && !(make !== undefined && held === undefined)) onSelect(held)
    const operation = held === undefined ? undefined : edit.operations[held]
    if (held !== undefined && operation !== undefined) {
      const gesture = `hold-${(gestures += 1)}`
      return {
        move: (to) =>
          onEdit(changeOperation(edit, held, moveOperation(operation, minus(imagePoint(to), inImage))), gesture),
        end: () => {},
        cancel: () => {},
      }
    }
    if (make === undefined) return undefined
    draw([inImage])
    return { move: (to) => extend(imagePoint(to)), end: () => finishing.current(), cancel: () => draw([]) }
  }
  const { zoom, pan, magnify, fit, handlers } = useGestures(screen, begin)
  const view = frameToScreen(shown, screen, margin, zoom)
  const imagePoint = (at: Point) => toImage(photo.image, edit, apply(inverse(view), at))
  const extend = (point: Point) => {
    if (drawn.current.length < editorLimits.strokePoints) draw([...drawn.current, point])
  }
  const finishing = useRef(finish)
  finishing.current = finish

  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (canvas.current === null || context === null || context === undefined) return
    const ratio = Math.min(2, devicePixelRatio)
    const [width, height] = [Math.round(screen.width * ratio), Math.round(screen.height * ratio)]
    if (canvas.current.width !== width) canvas.current.width = width
    if (canvas.current.height !== height) canvas.current.height = height
    if (layer.current?.width !== width || layer.current.height !== height) {
      layer.current = new OffscreenCanvas(width, height)
    }
    const over = layer.current.getContext('2d')
    if (over === null) return
    const draft = points.length === 0 ? undefined : make?.(points)
    paintStage(context, over, {
      scene: {
        image: photo.image,
        edit: draft === undefined || draft.kind === 'blur' ? edit : addOperation(edit, draft),
        base,
        baseScale: photo.previewScale,
        frameToTarget: product([ratio, 0, 0, ratio, 0, 0], view),
      },
      cropping,
      outlined: draft?.kind === 'blur' ? draft : selected === undefined ? undefined : edit.operations[selected],
    })
  })

  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.shiftKey ? largeKeyStep : keyStep
    const by = arrows[event.key]
    const zooming = zoomKeys[event.key]
    if (by !== undefined) {
      event.preventDefault()
      const shift = { x: by.x * step, y: by.y * step }
      if (make === undefined) return pan({ x: -shift.x, y: -shift.y })
      const from = cursor ?? { x: screen.width / 2, y: screen.height / 2 }
      const to = {
        x: Math.min(screen.width, Math.max(0, from.x + shift.x)),
        y: Math.min(screen.height, Math.max(0, from.y + shift.y)),
      }
      setCursor(to)
      if (drawn.current.length > 0) extend(imagePoint(to))
    } else if (zooming !== undefined) {
      event.preventDefault()
      magnify(zooming)
    } else if ((event.key === 'Enter' || event.key === ' ') && make !== undefined) {
      event.preventDefault()
      const at = cursor ?? { x: screen.width / 2, y: screen.height / 2 }
      setCursor(at)
      if (drawn.current.length > 0) finish()
      else draw([imagePoint(at)])
    } else if (event.key === 'Escape' && drawn.current.length > 0) {
      // Not the dialog: the line that is being drawn.
      event.preventDefault()
      draw([])
    }
  }

  return (
    <div class="editor-stage">
      <div class="editor-place" ref={place}>
        <div
          class={make === undefined ? 'editor-touch' : 'editor-touch editor-drawing'}
          role="application"
          aria-label="Picture"
          aria-describedby={hint}
          tabIndex={0}
          onKeyDown={onKeyDown}
          onBlur={() => setCursor(undefined)}
          {...handlers}
        >
          <canvas ref={canvas} class="editor-canvas" />
        </div>
        <p id={hint} class="visually-hidden">
          {make === undefined
            ? 'Arrow keys move the view, plus and minus zoom.'
            : 'Arrow keys move the pen. Enter puts it down and lifts it, Escape gives up the line.'}
        </p>
        {cursor !== undefined && (
          <span
            class={points.length > 0 ? 'editor-cursor editor-cursor-down' : 'editor-cursor'}
            style={{ left: `${cursor.x}px`, top: `${cursor.y}px` }}
          />
        )}
        <p class="visually-hidden" role="status">
          {cursor !== undefined && (points.length > 0 ? 'Pen down' : 'Pen up')}
        </p>
        {overlay?.(view)}
      </div>
      <div class="editor-zoom">
        <button type="button" class="icon-button" aria-label="Zoom out" onClick={() => magnify(1 / 1.5)}>
          <EditorIcon name="minus" />
        </button>
        <button type="button" class="icon-button" aria-label="Zoom in" onClick={() => magnify(1.5)}>
          <EditorIcon name="plus" />
        </button>
        {zoom.factor > 1 && (
          <button type="button" class="button button-small" onClick={fit}>
            Fit
          </button>
        )}
      </div>
    </div>
  )
}

const zoomKeys: Readonly<Partial<Record<string, number>>> = { '+': 1.25, '=': 1.25, '-': 0.8 }

const measuring = new OffscreenCanvas(1, 1).getContext('2d')

function measure(text: Operation & { readonly kind: 'text' }) {
  return measuring === null ? { width: 0, height: 0 } : textSize(measuring, text)
}

function minus(to: Point, from: Point): Point {
  return { x: to.x - from.x, y: to.y - from.y }
}
