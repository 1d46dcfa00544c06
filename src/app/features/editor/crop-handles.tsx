// The corners and edges of the crop, to be pulled by a pointer or moved by arrow keys, and its middle, which moves it all.

import { useRef } from 'preact/hooks'
import { arrows } from './arrows.ts'
import { moveCrop, ratioOf, resizeCrop } from './crop.ts'
import type { Handle, Ratio } from './crop.ts'
import type { Point, Rect, Size } from './edit.ts'
import type { Matrix } from './matrix.ts'
import { applyToRect } from './matrix.ts'

interface NamedHandle extends Handle {
  readonly name: string
}

const corners: readonly NamedHandle[] = [
  { name: 'Top left corner', x: -1, y: -1 },
  { name: 'Top right corner', x: 1, y: -1 },
  { name: 'Bottom left corner', x: -1, y: 1 },
  { name: 'Bottom right corner', x: 1, y: 1 },
]
const edges: readonly NamedHandle[] = [
  { name: 'Top edge', x: 0, y: -1 },
  { name: 'Left edge', x: -1, y: 0 },
  { name: 'Right edge', x: 1, y: 0 },
  { name: 'Bottom edge', x: 0, y: 1 },
]
const middle: NamedHandle = { name: 'Move crop', x: 0, y: 0 }

/** Of the shorter side of the frame, for each press of an arrow; five times as much with Shift. */
const keyShare = 0.01

export function CropHandles({
  crop,
  frame,
  ratio,
  view,
  onCrop,
}: {
  readonly crop: Rect
  readonly frame: Size
  readonly ratio: Ratio
  readonly view: Matrix
  readonly onCrop: (crop: Rect, gesture: string) => void
}) {
  const start = useRef<{ readonly at: Point; readonly crop: Rect; readonly gesture: string } | undefined>(undefined)
  const on = applyToRect(view, crop)
  const change = (from: Rect, handle: Handle, by: Point): Rect =>
    handle === middle ? moveCrop(from, by, frame) : resizeCrop(from, handle, by, frame, ratioOf(ratio, from))
  return (
    <div
      class="crop-box"
      style={{ left: `${on.x}px`, top: `${on.y}px`, width: `${on.width}px`, height: `${on.height}px` }}
    >
      {[middle, ...corners, ...(ratio === 'free' ? edges : [])].map((handle) => (
        <button
          key={handle.name}
          type="button"
          class={handle === middle ? 'crop-middle' : 'crop-handle'}
          aria-label={handle.name}
          style={{ left: `${50 + handle.x * 50}%`, top: `${50 + handle.y * 50}%` }}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId)
            start.current = { at: { x: event.clientX, y: event.clientY }, crop, gesture: `pull-${event.timeStamp}` }
          }}
          onPointerMove={(event) => {
            const { current } = start
            if (current === undefined) return
            const by = { x: (event.clientX - current.at.x) / view[0], y: (event.clientY - current.at.y) / view[3] }
            onCrop(change(current.crop, handle, by), current.gesture)
          }}
          onPointerUp={() => (start.current = undefined)}
          onPointerCancel={() => (start.current = undefined)}
          onKeyDown={(event) => {
            const by = arrows[event.key]
            if (by === undefined) return
            event.preventDefault()
            const step = Math.min(frame.width, frame.height) * keyShare * (event.shiftKey ? 5 : 1)
            onCrop(change(crop, handle, { x: by.x * step, y: by.y * step }), `key-${handle.name}`)
          }}
        />
      ))}
    </div>
  )
}
