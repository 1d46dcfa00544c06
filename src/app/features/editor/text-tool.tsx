// Texts on the picture.

import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import { Choices } from './choices.tsx'
import { Colours, colours } from './colours.tsx'
import { addOperation, changeOperation } from './edit.ts'
import type { PhotoEdit, Size, TextOperation } from './edit.ts'
import { angleInFrame, toImage, uprightDegrees } from './frame.ts'
import { editorLimits } from './limits.ts'
import { shorter } from './pen.ts'
import { Placed } from './placed.tsx'
import { Slider } from './slider.tsx'

/** Of the shorter side. */
const usualShare = 0.08

interface Properties {
  readonly image: Size
  readonly edit: PhotoEdit
  readonly selected: number | undefined
  readonly onSelect: (index: number | undefined) => void
  readonly onEdit: (edit: PhotoEdit, gesture?: string) => void
}

export function TextTool({ image, edit, selected, onSelect, onEdit }: Properties) {
  const id = useId()
  const adding = useRef<HTMLButtonElement>(null)
  const words = useRef<HTMLTextAreaElement>(null)
  const isNew = useRef(false)
  // What was added says something of its own next.
  useLayoutEffect(() => {
    if (isNew.current) words.current?.select()
    isNew.current = false
  }, [selected])
  const operation = selected === undefined ? undefined : edit.operations[selected]
  const text = operation?.kind === 'text' ? operation : undefined
  const change = (part: Partial<TextOperation>, gesture: string) => {
    if (selected === undefined || text === undefined) return
    onEdit(changeOperation(edit, selected, { ...text, ...part }), `text-${gesture}-${selected}`)
  }
  const add = () => {
    const { x, y, width, height } = edit.crop
    const next = addOperation(edit, {
      kind: 'text',
      text: 'Text',
      at: toImage(image, edit, { x: x + width / 2, y: y + height / 2 }),
      size: Math.min(width, height) * usualShare,
      colour: colours[0].value,
      background: '#111111b3',
      degrees: uprightDegrees(edit),
    })
    onEdit(next)
    onSelect(next.operations.length - 1)
    isNew.current = true
  }
  return (
    <>
      <button ref={adding} type="button" class="button" onClick={add}>
        Add text
      </button>
      {text !== undefined && (
        <div class="stack">
          <label htmlFor={`${id}-text`}>Words on the picture</label>
          <textarea
            ref={words}
            id={`${id}-text`}
            class="field"
            dir="auto"
            autocomplete="off"
            rows={2}
            maxLength={editorLimits.text}
            value={text.text}
            onInput={(event) => change({ text: event.currentTarget.value }, 'words')}
          />
        </div>
      )}
      <Placed
        legend="Texts"
        kind="text"
        image={image}
        edit={edit}
        selected={selected}
        onSelect={onSelect}
        onEdit={onEdit}
        focusAfter={adding}
      />
      {text !== undefined && (
        <>
          <Slider
            label="Size"
            value={Math.round((text.size / shorter(image)) * 100)}
            min={2}
            max={40}
            words={`${Math.round((text.size / shorter(image)) * 100)} %`}
            onInput={(percent) => change({ size: (percent / 100) * shorter(image) }, 'size')}
          />
          <Tilt edit={edit} text={text} onDegrees={(degrees) => change({ degrees }, 'tilt')} />
          <Colours
            legend="Colour"
            name="text-colour"
            value={text.colour}
            onChange={(colour) => change({ colour }, 'colour')}
          />
          <Choices
            legend="Background"
            name="text-background"
            options={[
              { value: 'none', name: 'Plain' },
              { value: '#111111b3', name: 'Dark behind' },
              { value: '#ffffffcc', name: 'Light behind' },
            ]}
            value={text.background ?? 'none'}
            onChange={(background) => {
              const { background: _, ...plain } = text
              if (selected === undefined) return
              onEdit(changeOperation(edit, selected, background === 'none' ? plain : { ...plain, background }))
            }}
          />
        </>
      )}
    </>
  )
}

/** As it is seen; the image may be turned and mirrored. */
function Tilt({
  edit,
  text,
  onDegrees,
}: {
  readonly edit: PhotoEdit
  readonly text: TextOperation
  readonly onDegrees: (degrees: number) => void
}) {
  const seen = Math.round(((((angleInFrame(edit, text.degrees) + 180) % 360) + 360) % 360) - 180)
  return (
    <Slider
      label="Tilt"
      value={seen}
      min={-180}
      max={180}
      words={`${seen}°`}
      onInput={(degrees) => onDegrees(uprightDegrees(edit) + (edit.mirrored ? -degrees : degrees))}
    />
  )
}
