// Fingers, pens, mice and keys on the picture: one draws, holds or moves, two zoom.

import { useRef, useState } from 'preact/hooks'
import type { Point, Size } from './edit.ts'
import { noZoom, panBy, zoomAt } from './view.ts'
import type { Zoom } from './view.ts'

/** What one pointer does, from where it goes down; points are on the screen. */
export interface Stroke {
  move(to: Point): void
  end(): void
  /** A second finger came: it was not meant. */
  cancel(): void
}

const wheelStep = 1.0015

export function useGestures(screen: Size, begin: (at: Point) => Stroke | undefined) {
  const [zoom, setZoom] = useState<Zoom>(noZoom)
  const pointers = useRef(new Map<number, Point>())
  const stroke = useRef<Stroke | undefined>(undefined)
  const fromMiddle = ({ x, y }: Point): Point => ({ x: x - screen.width / 2, y: y - screen.height / 2 })

  const up = (event: PointerEvent, end: 'end' | 'cancel') => {
    if (!pointers.current.delete(event.pointerId)) return
    stroke.current?.[end]()
    stroke.current = undefined
  }
  return {
    zoom,
    pan: (by: Point) => setZoom((now) => panBy(now, by, screen)),
    magnify: (by: number) => setZoom((now) => zoomAt(now, { x: 0, y: 0 }, by, screen)),
    fit: () => setZoom(noZoom),
    handlers: {
      onPointerDown(event: PointerEvent) {
        if (event.button !== 0) return
        const element = elementOf(event)
        element.setPointerCapture(event.pointerId)
        const at = pointOf(event)
        pointers.current.set(event.pointerId, at)
        if (pointers.current.size === 1) {
          stroke.current = begin(at)
        } else {
          stroke.current?.cancel()
          stroke.current = undefined
        }
      },
      onPointerMove(event: PointerEvent) {
        const before = pointers.current.get(event.pointerId)
        if (before === undefined) return
        const at = pointOf(event)
        pointers.current.set(event.pointerId, at)
        const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1]
        if (other === undefined) {
          if (stroke.current === undefined)
            setZoom((now) => panBy(now, { x: at.x - before.x, y: at.y - before.y }, screen))
          else stroke.current.move(at)
          return
        }
        const by = distance(at, other) / Math.max(1, distance(before, other))
        const shift = { x: (at.x - before.x) / 2, y: (at.y - before.y) / 2 }
        const middle = fromMiddle({ x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 })
        setZoom((now) => panBy(zoomAt(now, middle, by, screen), shift, screen))
      },
      onPointerUp: (event: PointerEvent) => up(event, 'end'),
      onPointerCancel: (event: PointerEvent) => up(event, 'cancel'),
      onWheel(event: WheelEvent) {
        event.preventDefault()
        const at = fromMiddle(pointOf(event))
        setZoom((now) => zoomAt(now, at, wheelStep ** -event.deltaY, screen))
      },
    },
  }
}

function elementOf(event: Event): HTMLElement {
  if (event.currentTarget instanceof HTMLElement) return event.currentTarget
  throw new Error('a gesture outside of the page')
}

function pointOf(event: MouseEvent): Point {
  const { left, top } = elementOf(event).getBoundingClientRect()
  return { x: event.clientX - left, y: event.clientY - top }
}

function distance(from: Point, to: Point): number {
  return Math.hypot(from.x - to.x, from.y - to.y)
}
