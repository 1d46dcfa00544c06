// An open call that is being made: what who answers is told, how many get a place, and until when.

import { useId, useState } from 'preact/hooks'
import type { CallView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { formatDay, formatTime } from '../../state/format.ts'
import { Alert } from '../../ui/alert.tsx'
import { Choice } from '../../ui/choice.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { useTask } from '../../ui/use-task.ts'
import { mostPlaces, usualPlaces } from './call-text.ts'
import { Words } from './words.tsx'

const hourMs = 3_600_000
const lasts = [1, 24, 72, 168, 720] as const
type Hours = (typeof lasts)[number]
const lastsText: Readonly<Record<Hours, string>> = {
  1: '1 hour',
  24: '24 hours',
  72: '3 days',
  168: '7 days',
  720: '30 days',
}

export function NewCall({
  onMade,
  onClose,
}: {
  readonly onMade: (call: CallView) => Promise<void>
  readonly onClose: () => void
}) {
  const { model } = useApp()
  const [text, setText] = useState('')
  const [overText, setOverText] = useState('All places are taken. Thank you for answering.')
  const [places, setPlaces] = useState(String(usualPlaces))
  const [hours, setHours] = useState<Hours>(24)
  const placesId = useId()
  const task = useTask()
  const until = Date.now() + hours * hourMs
  const count = Number(places)
  const isCount = Number.isInteger(count) && count >= 1 && count <= mostPlaces
  const make = (event: Event) => {
    event.preventDefault()
    task.run(async () =>
      onMade(await model.calls.createCall({ text, overText, places: count, until: Date.now() + hours * hourMs })),
    )
  }
  return (
    <Dialog label="New open call" stays={task.busy || text.trim() !== ''} onClose={onClose}>
      <form class="stack" onSubmit={make}>
        <Words
          label="What the first are told"
          hint="It comes to each as a message of yours, and begins your conversation."
          text={text}
          onText={setText}
        />
        <div class="call-bounds">
          <label htmlFor={placesId}>Number of people</label>
          <input
            id={placesId}
            type="number"
            class="field"
            inputMode="numeric"
            autocomplete="off"
            min={1}
            max={mostPlaces}
            step={1}
            required
            value={places}
            onInput={(event) => setPlaces(event.currentTarget.value)}
          />
        </div>
        <Choice
          label="Open for"
          value={hours}
          values={lasts}
          words={(each) => lastsText[each]}
          disabled={task.busy}
          onChoose={setHours}
        />
        <Words label="What everybody after them is told" text={overText} onText={setOverText} />
        <p class="fine">
          Until {formatDay(until, Date.now())}, {formatTime(until)}. Whoever has the link can answer, and whom you know
          already needs none: they get no place.
        </p>
        {task.error !== undefined && <Alert>{task.error}</Alert>}
        <button
          type="submit"
          class="button button-primary"
          disabled={text.trim() === '' || overText.trim() === '' || !isCount || task.busy}
        >
          Make link
        </button>
      </form>
    </Dialog>
  )
}
