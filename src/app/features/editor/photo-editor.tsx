// Edits a photo before it is sent. Nothing is done to the file: an edit is described, shown, and rendered on `Apply`.

import { useEffect, useRef, useState } from 'preact/hooks'
import { useApp } from '../../state/context.ts'
import { Alert } from '../../ui/alert.tsx'
import type { ChosenMedia } from '../conversation/chosen-media.ts'
import { BlurTool } from './blur-tool.tsx'
import { Choices } from './choices.tsx'
import type { Ratio } from './crop.ts'
import { CropHandles } from './crop-handles.tsx'
import { CropTool } from './crop-tool.tsx'
import { colours } from './colours.tsx'
import { DrawTool } from './draw-tool.tsx'
import { noEdit } from './edit.ts'
import type { PhotoEdit, Point } from './edit.ts'
import { EditorFrame } from './editor-frame.tsx'
import { EditorIcon } from './editor-icon.tsx'
import { FilterTool } from './filter-tool.tsx'
import { frameSize } from './frame.ts'
import { record, redo, startHistory, undo } from './history.ts'
import type { OpenPhoto, PhotoProblem } from './open-photo.ts'
import { openPhoto, photoProblem } from './open-photo.ts'
import { blur, stroke } from './pen.ts'
import type { BlurBrush, Pen } from './pen.ts'
import { PhotoStage } from './photo-stage.tsx'
import { renderAway } from './render-away.ts'
import { TextTool } from './text-tool.tsx'
import { WordsTool } from './words-tool.tsx'
import type { Words } from './words-tool.tsx'

type Tool = 'crop' | 'filter' | 'draw' | 'text' | 'blur' | 'words'

const tools: readonly { readonly value: Tool; readonly name: string }[] = [
  { value: 'crop', name: 'Crop' },
  { value: 'filter', name: 'Filters' },
  { value: 'draw', name: 'Draw' },
  { value: 'text', name: 'Text' },
  { value: 'blur', name: 'Blur' },
  { value: 'words', name: 'Words' },
]

const problems: Readonly<Record<PhotoProblem, string>> = {
  unsupported: 'This browser cannot show this kind of picture, so it cannot be edited here. You can still send it.',
  'too-large': 'This picture has too many pixels to be edited here. You can still try to send it.',
  damaged: 'This picture is damaged or cut short, so it cannot be edited. Try another copy of it.',
  'no-memory': 'This device has not enough memory to open this picture. Close other tabs and try again.',
  'not-loaded':
    'A part of Safelight that opens this kind of picture could not be loaded. Check your connection and try again.',
}

interface Properties {
  readonly item: ChosenMedia
  readonly onDone: (change: Partial<ChosenMedia>) => void
  readonly onClose: () => void
}

export function PhotoEditor(properties: Properties) {
  const { item } = properties
  const source = item.edited?.source ?? item.file
  const { tools } = useApp()
  const [photo, setPhoto] = useState<OpenPhoto | PhotoProblem>()
  useEffect(() => {
    const controller = new AbortController()
    const { signal } = controller
    void openPhoto(source, { look: tools.look, signal })
      .catch(photoProblem)
      .then((opened) => {
        if (!signal.aborted) setPhoto(opened)
      })
    return () => controller.abort()
  }, [])
  if (photo === undefined || typeof photo === 'string') return <Unopened {...properties} problem={photo} />
  return <OpenedEditor {...properties} source={source} photo={photo} />
}

interface State extends Words {
  readonly edit: PhotoEdit
}

function OpenedEditor({
  item,
  source,
  photo,
  onDone,
  onClose,
}: Properties & { readonly source: Blob; readonly photo: OpenPhoto }) {
  const { image } = photo
  const [history, setHistory] = useState(() =>
    startHistory<State>({ edit: item.edited?.edit ?? noEdit(image), caption: item.caption, altText: item.altText }),
  )
  const [tool, setTool] = useState<Tool>('crop')
  const [ratio, setRatio] = useState<Ratio>('free')
  const [pen, setPen] = useState<Pen>({ colour: colours[2].value, width: 'medium', erases: false })
  const [brush, setBrush] = useState<BlurBrush>({ shape: 'ellipse', width: 'medium' })
  const [selected, select] = useState<number>()
  const rendering = useRef<AbortController | undefined>(undefined)
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState(false)
  useEffect(() => () => rendering.current?.abort(), [])

  const { present } = history
  const { edit } = present
  const frame = frameSize(image, edit)
  const change = (next: State, gesture?: string) => setHistory((now) => record(now, next, gesture))
  const onEdit = (next: PhotoEdit, gesture?: string) => change({ ...present, edit: next }, gesture)
  const travel = (step: typeof undo) => {
    select(undefined)
    setHistory((now) => step(now))
  }
  const apply = async () => {
    const words = { caption: present.caption, altText: present.altText }
    if (isSame(edit, item.edited?.edit ?? noEdit(image))) return onDone(words)
    if (isSame(edit, noEdit(image))) return onDone({ ...words, file: source, edited: undefined })
    const controller = new AbortController()
    rendering.current = controller
    setBusy(true)
    setFailed(false)
    const rendered = await renderAway(photo.readable, edit, controller.signal)
    if (controller.signal.aborted) return
    setBusy(false)
    if (rendered === undefined) return setFailed(true)
    const file = new File([rendered], renamed(item.name, rendered.type), { type: rendered.type })
    onDone({ ...words, file, edited: { source, edit } })
  }

  return (
    <EditorFrame
      label="Edit photo"
      changed={history.past.length > 0}
      busy={busy}
      problem={
        failed
          ? 'The picture could not be made; the device may be short of memory. Your changes are still here. Try again.'
          : undefined
      }
      onApply={() => void apply()}
      onClose={onClose}
      actions={
        <>
          <button
            type="button"
            class="icon-button"
            aria-label="Undo"
            disabled={history.past.length === 0}
            onClick={() => travel(undo)}
          >
            <EditorIcon name="undo" />
          </button>
          <button
            type="button"
            class="icon-button"
            aria-label="Redo"
            disabled={history.future.length === 0}
            onClick={() => travel(redo)}
          >
            <EditorIcon name="redo" />
          </button>
          <button
            type="button"
            class="button button-small button-quiet"
            disabled={isSame(edit, noEdit(image))}
            onClick={() => {
              select(undefined)
              setRatio('free')
              onEdit(noEdit(image))
            }}
          >
            Reset
          </button>
        </>
      }
      stage={
        <PhotoStage
          photo={photo}
          edit={edit}
          shown={tool === 'crop' ? { x: 0, y: 0, ...frame } : edit.crop}
          cropping={tool === 'crop'}
          make={penOf(tool)}
          holds={tool === 'text' || (tool === 'blur' && brush.shape !== 'brush') ? tool : undefined}
          selected={tool === 'text' || tool === 'blur' ? selected : undefined}
          onSelect={select}
          onEdit={onEdit}
          overlay={(view) =>
            tool === 'crop' && (
              <CropHandles
                crop={edit.crop}
                frame={frame}
                ratio={ratio}
                view={view}
                onCrop={(crop, gesture) => onEdit({ ...edit, crop }, gesture)}
              />
            )
          }
        />
      }
    >
      <Choices
        legend="Tool"
        name="editor-tool"
        options={tools}
        value={tool}
        onChange={(next) => {
          select(undefined)
          setTool(next)
        }}
      />
      {photo.animated && <p class="fine">This picture moves. Once it is edited, only its first image is left.</p>}
      {tool === 'crop' && <CropTool image={image} edit={edit} ratio={ratio} onRatio={setRatio} onEdit={onEdit} />}
      {tool === 'filter' && <FilterTool edit={edit} onEdit={onEdit} />}
      {tool === 'draw' && <DrawTool pen={pen} onPen={setPen} />}
      {tool === 'text' && <TextTool image={image} edit={edit} selected={selected} onSelect={select} onEdit={onEdit} />}
      {tool === 'blur' && (
        <BlurTool
          photo={photo}
          edit={edit}
          brush={brush}
          selected={selected}
          onBrush={setBrush}
          onSelect={select}
          onEdit={onEdit}
        />
      )}
      {tool === 'words' && (
        <WordsTool words={present} onWords={(words, gesture) => change({ ...present, ...words }, gesture)} />
      )}
    </EditorFrame>
  )

  function penOf(chosen: Tool) {
    if (chosen === 'draw') return (points: readonly Point[]) => stroke(pen, image, points)
    if (chosen === 'blur') return (points: readonly Point[]) => blur(brush, image, points)
    return undefined
  }
}

/** While it is opened, or when it cannot be: its words can still be written. */
function Unopened({ item, problem, onDone, onClose }: Properties & { readonly problem: PhotoProblem | undefined }) {
  const [words, setWords] = useState<Words>({ caption: item.caption, altText: item.altText })
  return (
    <EditorFrame
      label="Edit photo"
      changed={words.caption !== item.caption || words.altText !== item.altText}
      busy={problem === undefined}
      problem={undefined}
      onApply={() => onDone(words)}
      onClose={onClose}
      stage={
        <div class="editor-stage editor-unopened">
          {problem === undefined ? <p role="status">Opening</p> : <Alert>{problems[problem]}</Alert>}
        </div>
      }
    >
      {problem !== undefined && <WordsTool words={words} onWords={setWords} />}
    </EditorFrame>
  )
}

function isSame(one: PhotoEdit, other: PhotoEdit): boolean {
  if (one.operations.length !== other.operations.length) return false
  return one === other || JSON.stringify(one) === JSON.stringify(other)
}

/** The ending says what the file is. */
function renamed(name: string, mime: string): string {
  return `${name.replace(/\.[^.]*$/, '')}.${mime === 'image/webp' ? 'webp' : 'jpg'}`
}
