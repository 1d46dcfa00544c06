// What fingers, a pen or a mouse do on the stage: swipe from one to the next, pinch and double-tap to enlarge, drag what is
// enlarged. The wheel enlarges too.

import type { Zoom } from './zoom.ts'
import { moveBy, wholePicture, zoomAt } from './zoom.ts'

/** Shorter is a tap that slipped. */
const swipePx = 50
const tapPx = 10
const doubleTapMs = 320
const doubleTapScale = 2.5

export interface GestureTarget {
  zoom(): Zoom
  set(zoom: Zoom): void
  /** To the left (-1) or to the right (1) the finger went. */
  swipe(direction: -1 | 1): void
}

interface Point {
  readonly x: number
  readonly y: number
}

/** Returns a function that ends it. */
export function listenForGestures(stage: HTMLElement, target: GestureTarget, canZoom: boolean): () => void {
  const controller = new AbortController()
  const { signal } = controller
  const fingers = new Map<number, Point>()
  let start: Point | undefined
  let lastTap: { readonly at: Point; readonly timeMs: number } | undefined

  const pointOf = (event: MouseEvent): Point => {
    const { left, top, width, height } = stage.getBoundingClientRect()
    return { x: event.clientX - left - width / 2, y: event.clientY - top - height / 2 }
  }
  const tap = (at: Point, timeMs: number) => {
    const isDouble = lastTap !== undefined && timeMs - lastTap.timeMs < doubleTapMs && distance(lastTap.at, at) < 40
    lastTap = isDouble ? undefined : { at, timeMs }
    if (isDouble) target.set(target.zoom().scale > 1 ? wholePicture : zoomAt(wholePicture, doubleTapScale, at))
  }
  const down = (event: PointerEvent) => {
    if (event.button !== 0 || isControl(event)) return
    const at = pointOf(event)
    fingers.set(event.pointerId, at)
    start = fingers.size === 1 ? at : undefined
    // Enlarged, it is dragged also when the pointer leaves the stage. A video keeps its pointer: it has controls of its own.
    if (canZoom) stage.setPointerCapture(event.pointerId)
  }
  const move = (event: PointerEvent) => {
    const before = fingers.get(event.pointerId)
    if (before === undefined) return
    const at = pointOf(event)
    fingers.set(event.pointerId, at)
    if (!canZoom) return
    const [other] = [...fingers].filter(([id]) => id !== event.pointerId).map(([, point]) => point)
    if (other !== undefined) {
      const middle = { x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 }
      const factor = distance(at, other) / Math.max(1, distance(before, other))
      target.set(moveBy(zoomAt(target.zoom(), factor, middle), (at.x - before.x) / 2, (at.y - before.y) / 2))
    } else if (target.zoom().scale > 1) {
      target.set(moveBy(target.zoom(), at.x - before.x, at.y - before.y))
    }
  }
  const up = (event: PointerEvent) => {
    if (!fingers.delete(event.pointerId) || start === undefined) return
    const at = pointOf(event)
    const [x, y] = [at.x - start.x, at.y - start.y]
    start = undefined
    if (Math.hypot(x, y) < tapPx && canZoom) tap(at, event.timeStamp)
    else if (target.zoom().scale === 1 && Math.abs(x) > swipePx && Math.abs(x) > Math.abs(y))
      target.swipe(x < 0 ? -1 : 1)
  }
  const cancel = (event: PointerEvent) => {
    fingers.delete(event.pointerId)
    start = undefined
  }
  stage.addEventListener('pointerdown', down, { signal })
  stage.addEventListener('pointermove', move, { signal })
  stage.addEventListener('pointerup', up, { signal })
  stage.addEventListener('pointercancel', cancel, { signal })
  const wheel = (event: WheelEvent) => {
    event.preventDefault()
    target.set(zoomAt(target.zoom(), Math.exp(-event.deltaY / 400), pointOf(event)))
  }
  if (canZoom) stage.addEventListener('wheel', wheel, { signal, passive: false })
  return () => controller.abort()
}

/** The lower part of a video is where its browser puts the controls; buttons over the stage are for pressing. */
function isControl({ target, clientY }: PointerEvent): boolean {
  if (target instanceof HTMLVideoElement) return clientY > target.getBoundingClientRect().bottom - 80
  return target instanceof Element && target.closest('button, a') !== null
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y)
}
