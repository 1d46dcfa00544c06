// How what was chosen is sent: its quality and size, as the very file, and whether it may be kept.

import { useId } from 'preact/hooks'
import { useApp } from '../../state/context.ts'
import { formatBytes } from '../../state/format.ts'
import { Alert } from '../../ui/alert.tsx'
import { Segments } from '../../ui/segments.tsx'
import { contradicts } from './chosen-media.ts'
import type { Choice, Manner } from './chosen-media.ts'
import { anewText, exactly, fileWarning, keptText, qualities, viewHint } from './manner-text.ts'
import { useEach } from './use-each.ts'
import '../../styles/select.css'
import '../../styles/tick.css'

/** Of a view, in seconds: as the message can say it. */
const viewSeconds = Array.from({ length: 10 }, (_, index) => index + 1)

interface Properties {
  readonly choice: Choice
  /** Where what is sent is to be looked at, and to be kept as long as it is there. */
  readonly onlyQuality: boolean
  readonly onChoice: (choice: Choice) => void
}

export function TrayManner({ choice, onlyQuality, onChoice }: Properties) {
  const { media, manner } = choice
  const { quality, asFile, view } = manner
  const seen = media.filter(({ kind }) => kind !== 'voice')
  const files = seen.map(({ file }) => file)
  const sourceBytes = files.reduce((sum, { size }) => sum + size, 0)
  const { tools } = useApp()
  // Which moment the still shows changes nothing in the size.
  const changes = JSON.stringify([quality, seen.map(({ video }) => [video?.trim, video?.mute])])
  const outlooks = useEach(files, changes, (file, at, signal) =>
    tools.estimate?.(file, quality, { video: seen[at]?.video ?? {}, signal }),
  )
  const facts = useEach(files, asFile, (file) => (asFile ? tools.describe?.(file) : undefined))
  const isTold = outlooks.length > 0 && outlooks.every((outlook) => outlook !== undefined)
  const aboutBytes = isTold ? outlooks.reduce((sum, outlook) => sum + (outlook?.sizeBytes ?? 0), 0) : undefined
  const change = (changed: Partial<Manner>) => onChoice({ ...choice, manner: { ...manner, ...changed } })
  return (
    <>
      <fieldset class="quality" disabled={asFile}>
        <legend class="visually-hidden">Quality</legend>
        <Segments
          name="quality"
          choices={qualities}
          value={asFile ? undefined : quality}
          onChange={(value) => change({ quality: value })}
        />
        <p class="fine">
          {asFile ? exactly : qualities.find(({ value }) => value === quality)?.hint}{' '}
          {sizeText(asFile, quality, sourceBytes, aboutBytes)}
          {!asFile && anewText(quality, files) + keptText(quality, outlooks)}
        </p>
      </fieldset>
      {!onlyQuality && (
        <div class="tray-more">
          <label class="check">
            <input
              type="checkbox"
              class="tick"
              checked={asFile}
              disabled={view !== undefined}
              onChange={(event) => change({ asFile: event.currentTarget.checked })}
            />
            Send as file
          </label>
          <ViewChoice manner={manner} onManner={(changed) => onChoice({ ...choice, manner: changed })} />
        </div>
      )}
      {asFile && <Alert>{fileWarning(facts.length === 0 ? files.map(() => undefined) : facts)}</Alert>}
      {contradicts(choice) && <Alert>A voice note cannot be viewed once. Remove it, or turn View once off.</Alert>}
    </>
  )
}

function sizeText(
  asFile: boolean,
  quality: Manner['quality'],
  sourceBytes: number,
  aboutBytes: number | undefined,
): string {
  if (asFile) return `${formatBytes(sourceBytes)}.`
  if (aboutBytes !== undefined) return `About ${formatBytes(aboutBytes)}.`
  // Without its metadata it is a little smaller; nobody knows what a conversion makes of it.
  return quality === 'original' ? `About ${formatBytes(sourceBytes)}.` : `From ${formatBytes(sourceBytes)}.`
}

function ViewChoice({ manner, onManner }: { readonly manner: Manner; readonly onManner: (manner: Manner) => void }) {
  const id = useId()
  const { view, ...others } = manner
  const chosen = view === undefined ? 'off' : String(view.seconds ?? 'once')
  const choose = (value: string) => {
    if (value === 'off') return onManner(others)
    const seconds = value === 'once' ? {} : { seconds: Number(value) }
    onManner({ ...others, view: { ...seconds, replays: view?.replays ?? 0 } })
  }
  return (
    <div class="tray-view">
      <label htmlFor={id}>View once</label>
      <select
        id={id}
        class="field"
        aria-describedby={view === undefined ? undefined : `${id}-hint`}
        disabled={manner.asFile}
        value={chosen}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        <option value="off">Off</option>
        <option value="once">Until closed</option>
        {viewSeconds.map((seconds) => (
          <option key={seconds} value={String(seconds)}>
            {seconds === 1 ? '1 second' : `${seconds} seconds`}
          </option>
        ))}
      </select>
      {view !== undefined && (
        <>
          <label class="check">
            <input
              type="checkbox"
              class="tick"
              checked={view.replays === 1}
              onChange={(event) =>
                onManner({ ...others, view: { ...view, replays: event.currentTarget.checked ? 1 : 0 } })
              }
            />
            Allow one replay
          </label>
          <p class="fine" id={`${id}-hint`}>
            {viewHint}
          </p>
        </>
      )}
    </div>
  )
}
