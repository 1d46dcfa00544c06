// Crop, turn, mirror, straighten.

import { EditorIcon } from './editor-icon.tsx'
import { Choices } from './choices.tsx'
import { cropInRatio, ratioOf } from './crop.ts'
import type { Ratio } from './crop.ts'
import type { PhotoEdit, Size } from './edit.ts'
import { frameSize, mirror, straighten, turn } from './frame.ts'
import { editorLimits } from './limits.ts'
import { Slider } from './slider.tsx'

const ratios: readonly { readonly value: Ratio; readonly name: string }[] = [
  { value: 'free', name: 'Free' },
  { value: 'square', name: 'Square' },
  { value: '4:3', name: '4:3' },
  { value: '16:9', name: '16:9' },
]

export function CropTool({
  image,
  edit,
  ratio,
  onRatio,
  onEdit,
}: {
  readonly image: Size
  readonly edit: PhotoEdit
  readonly ratio: Ratio
  readonly onRatio: (ratio: Ratio) => void
  readonly onEdit: (edit: PhotoEdit, gesture?: string) => void
}) {
  const { crop, straightenDegrees } = edit
  return (
    <>
      <Choices
        legend="Shape"
        name="crop-ratio"
        options={ratios}
        value={ratio}
        onChange={(chosen) => {
          onRatio(chosen)
          const frame = frameSize(image, edit)
          onEdit({ ...edit, crop: cropInRatio(crop, frame, ratioOf(chosen, crop)) })
        }}
      />
      <div class="button-row">
        <button type="button" class="button button-small" onClick={() => onEdit(turn(image, edit))}>
          <EditorIcon name="rotate" />
          Rotate
        </button>
        <button type="button" class="button button-small" onClick={() => onEdit(mirror(image, edit))}>
          <EditorIcon name="mirror" />
          Mirror
        </button>
      </div>
      <Slider
        label="Straighten"
        value={straightenDegrees}
        min={-editorLimits.straightenDegrees}
        max={editorLimits.straightenDegrees}
        step={0.5}
        words={`${straightenDegrees}°`}
        onInput={(degrees) => onEdit(straighten(edit, degrees), 'straighten')}
      />
      <p class="fine" role="status">
        {Math.round(crop.width)} × {Math.round(crop.height)} pixels
      </p>
    </>
  )
}
