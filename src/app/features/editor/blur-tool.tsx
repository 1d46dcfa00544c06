// Regions whose pixels are destroyed: drawn by hand, or proposed where the browser finds faces.

import { useEffect, useRef, useState } from 'preact/hooks'
import { Choices } from './choices.tsx'
import { widths } from './draw-tool.tsx'
import { addOperation } from './edit.ts'
import type { PhotoEdit } from './edit.ts'
import { faceDetector, findFaces } from './find-faces.ts'
import { toImage } from './frame.ts'
import type { OpenPhoto } from './open-photo.ts'
import type { BlurBrush } from './pen.ts'
import { Placed } from './placed.tsx'
import { rectBetween } from './region.ts'

interface Properties {
  readonly photo: OpenPhoto
  readonly edit: PhotoEdit
  readonly brush: BlurBrush
  readonly selected: number | undefined
  readonly onBrush: (brush: BlurBrush) => void
  readonly onSelect: (index: number | undefined) => void
  readonly onEdit: (edit: PhotoEdit, gesture?: string) => void
}

export function BlurTool({ photo, edit, brush, selected, onBrush, onSelect, onEdit }: Properties) {
  const { image } = photo
  const [detector] = useState(() => faceDetector(globalThis))
  const [found, setFound] = useState('')
  const adding = useRef<HTMLButtonElement>(null)
  /** Also when faces were found in the meantime. */
  const latest = useRef(edit)
  latest.current = edit
  const isHere = useRef(true)
  useEffect(() => () => void (isHere.current = false), [])
  /** A third of what is seen, in its middle: to be moved by keys. */
  const add = () => {
    const { x, y, width, height } = edit.crop
    const from = toImage(image, edit, { x: x + width / 3, y: y + height / 3 })
    const to = toImage(image, edit, { x: x + (width * 2) / 3, y: y + (height * 2) / 3 })
    const shape = brush.shape === 'brush' ? 'ellipse' : brush.shape
    const next = addOperation(edit, { kind: 'blur', region: { shape, rect: rectBetween(from, to) } })
    onEdit(next)
    onSelect(next.operations.length - 1)
  }
  const find = async () => {
    if (detector === undefined) return
    const faces = await findFaces(detector, photo).catch(() => undefined)
    // What was edited since with another tool is not known here.
    if (!isHere.current) return
    setFound(outcomeText(faces?.length))
    if (faces === undefined || faces.length === 0) return
    onEdit({ ...latest.current, operations: [...latest.current.operations, ...faces] })
  }
  return (
    <>
      <Choices
        legend="Blur with"
        name="blur-shape"
        options={[
          { value: 'ellipse', name: 'Ellipse' },
          { value: 'rectangle', name: 'Rectangle' },
          { value: 'brush', name: 'Brush' },
        ]}
        value={brush.shape}
        onChange={(shape) => onBrush({ ...brush, shape })}
      />
      {brush.shape === 'brush' && (
        <Choices
          legend="Brush width"
          name="brush-width"
          options={widths}
          value={brush.width}
          onChange={(width) => onBrush({ ...brush, width })}
        />
      )}
      <div class="button-row">
        <button ref={adding} type="button" class="button button-small" onClick={add}>
          Add region
        </button>
        {detector !== undefined && (
          <button type="button" class="button button-small" onClick={() => void find()}>
            Find faces
          </button>
        )}
      </div>
      <Placed
        legend="Blurred regions"
        kind="blur"
        image={image}
        edit={edit}
        selected={selected}
        onSelect={onSelect}
        onEdit={onEdit}
        focusAfter={adding}
      />
      <p class="fine" role="status">
        {found}
      </p>
      <p class="fine">
        Draw over what nobody should see. Its pixels are replaced before the picture is sent: the blur cannot be undone.
        Clothes, places and what stands around can still tell who somebody is.
      </p>
    </>
  )
}

/** `count`: undefined where the detector failed, and nobody has looked. */
function outcomeText(count: number | undefined): string {
  if (count === undefined) return 'This browser could not look for faces. Blur them by hand.'
  return count === 0 ? 'No faces were found. Blur them by hand.' : `Faces found: ${count}. Look for others.`
}
