// The texts or regions that are on the picture, to choose one and to move it without a pointer.

import type { RefObject } from 'preact'
import { useId } from 'preact/hooks'
import { arrows } from './arrows.ts'
import { changeOperation, removeOperation } from './edit.ts'
import type { Operation, PhotoEdit, Point, Size } from './edit.ts'
import { toImage } from './frame.ts'
import { moveOperation, resizeOperation } from './hit.ts'
import { shorter } from './pen.ts'

/** Of the shorter side, for each press of an arrow. */
const keyShare = 0.01
const resizeStep = 1.1

interface Properties {
  readonly legend: string
  readonly kind: 'text' | 'blur'
  readonly image: Size
  readonly edit: PhotoEdit
  readonly selected: number | undefined
  readonly onSelect: (index: number | undefined) => void
  readonly onEdit: (edit: PhotoEdit, gesture?: string) => void
  /** Has the focus when what had it is taken away. */
  readonly focusAfter: RefObject<HTMLElement | null>
}

export function Placed({ legend, kind, image, edit, selected, onSelect, onEdit, focusAfter }: Properties) {
  const hint = useId()
  const placed = [...edit.operations.entries()].filter(([, operation]) => operation.kind === kind)
  if (placed.length === 0) return null
  const chosen = selected === undefined ? undefined : edit.operations[selected]
  const change = (index: number, operation: Operation, gesture: string) =>
    onEdit(changeOperation(edit, index, operation), `${gesture}-${index}`)
  const remove = (index: number) => {
    focusAfter.current?.focus()
    onSelect(undefined)
    onEdit(removeOperation(edit, index))
  }
  const onKeyDown = (event: KeyboardEvent, index: number, operation: Operation) => {
    const by = arrows[event.key]
    if (event.key === 'Delete' || event.key === 'Backspace') {
      event.preventDefault()
      remove(index)
    } else if (by !== undefined) {
      event.preventDefault()
      onSelect(index)
      if (event.shiftKey)
        change(index, resizeOperation(operation, by.x - by.y > 0 ? resizeStep : 1 / resizeStep), 'size')
      else change(index, moveOperation(operation, stepInImage(image, edit, by)), 'nudge')
    }
  }
  return (
    <div class="placed" role="group" aria-label={legend} aria-describedby={hint}>
      <p id={hint} class="fine">
        Arrow keys move what is chosen, with Shift they resize it.
      </p>
      {placed.map(([index, operation], at) => (
        <button
          key={index}
          type="button"
          class="button button-small"
          aria-pressed={index === selected}
          onClick={() => onSelect(index === selected ? undefined : index)}
          onKeyDown={(event) => onKeyDown(event, index, operation)}
        >
          {operation.kind === 'text' ? shortened(operation.text) : `Region ${at + 1}`}
        </button>
      ))}
      {selected !== undefined && chosen?.kind === kind && (
        <div class="button-row">
          <button
            type="button"
            class="button button-small"
            onClick={() => change(selected, resizeOperation(chosen, resizeStep), 'size')}
          >
            Larger
          </button>
          <button
            type="button"
            class="button button-small"
            onClick={() => change(selected, resizeOperation(chosen, 1 / resizeStep), 'size')}
          >
            Smaller
          </button>
          <button type="button" class="button button-small button-danger" onClick={() => remove(selected)}>
            Remove
          </button>
        </div>
      )}
    </div>
  )
}

/** A step as it is seen, in the image, which may be turned and mirrored. */
function stepInImage(image: Size, edit: PhotoEdit, by: Point): Point {
  const step = shorter(image) * keyShare
  const [from, to] = [
    { x: 0, y: 0 },
    { x: by.x * step, y: by.y * step },
  ].map((point) => toImage(image, edit, point))
  return from === undefined || to === undefined ? { x: 0, y: 0 } : { x: to.x - from.x, y: to.y - from.y }
}

function shortened(text: string): string {
  const words = text.trim().replaceAll(/\s+/g, ' ')
  return words === '' ? 'Empty text' : words.length > 24 ? `${words.slice(0, 24)}…` : words
}
