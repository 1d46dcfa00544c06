// A post that is being made: pictures and words, how long it is shown, and who gets it.

import { useEffect, useId, useState } from 'preact/hooks'
import { useApp } from '../../state/context.ts'
import { formatDay, formatTime } from '../../state/format.ts'
import type { Model } from '../../state/model.ts'
import { useStay } from '../../state/use-stay.ts'
import { Alert } from '../../ui/alert.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { useTask } from '../../ui/use-task.ts'
import { ChooseMedia } from '../conversation/choose-media.tsx'
import { cannotGo, draftOf, usualManner } from '../conversation/chosen-media.ts'
import type { Choice } from '../conversation/chosen-media.ts'
import { PreparingRing } from '../conversation/preparing-ring.tsx'
import { usePreparing } from '../conversation/use-preparing.ts'
import { WordsField } from '../conversation/words-field.tsx'
import { followersText, useFollowers } from './use-followers.ts'
import '../../styles/select.css'

const hourMs = 3_600_000
const lives = [
  { hours: 24, name: '24 hours' },
  { hours: 72, name: '3 days' },
  { hours: 168, name: 'Until I delete it, a week at most' },
] as const

interface Unposted {
  readonly text: string
  readonly choice: Choice
  readonly lifeMs: number
  /** The same when it is tried again, so that it is posted once. */
  readonly id: string
}

const nothing: Omit<Unposted, 'id'> = {
  text: '',
  choice: { media: [], refusals: [], manner: usualManner },
  lifeMs: lives[0].hours * hourMs,
}
/** What was chosen stays while the person looks elsewhere in this tab. */
const kept = new WeakMap<Model, Unposted>()

export function NewPost({ onClose }: { readonly onClose: () => void }) {
  const app = useApp()
  const { model } = app
  const [unposted, set] = useState<Unposted>(() => kept.get(model) ?? { ...nothing, id: app.newId() })
  useEffect(() => void kept.set(model, unposted), [unposted])
  const lifeId = useId()
  const textId = useId()
  const task = useTask()
  const followers = useFollowers()
  const { id, text, choice, lifeMs } = unposted
  const { fraction, stage, begin } = usePreparing(id)
  const isEmpty = text.trim() === '' && choice.media.length === 0
  useStay(isEmpty ? undefined : 'unsent', kept)
  const change = (changed: Partial<Unposted>) => set((before) => ({ ...before, ...changed }))
  const setChoice = (next: Choice | ((current: Choice) => Choice)) =>
    set((before) => ({ ...before, choice: typeof next === 'function' ? next(before.choice) : next }))
  const post = () =>
    task.run(async () => {
      begin()
      const { text: words, media } = draftOf(choice, text.trim())
      await model.calls.createPost(id, { media, lifeMs, ...(words === undefined ? {} : { text: words }) })
      kept.delete(model)
      app.unsent.hold(kept, undefined)
      await model.refresh('posts').catch(() => undefined)
      onClose()
    })
  const until = Date.now() + lifeMs
  return (
    <Dialog label="New post" stays={task.busy} onClose={task.busy ? () => undefined : onClose}>
      <ChooseMedia choice={choice} onlyQuality hidden={task.busy} onChoice={setChoice} />
      <div class="stack">
        <WordsField id={textId} text={text} disabled={task.busy} onText={(words) => change({ text: words })} />
      </div>
      <div class="stack">
        <label htmlFor={lifeId}>Shown for</label>
        <select
          id={lifeId}
          class="field"
          disabled={task.busy}
          value={String(lifeMs)}
          onChange={(event) => change({ lifeMs: Number(event.currentTarget.value) })}
        >
          {lives.map(({ hours, name }) => (
            <option key={hours} value={String(hours * hourMs)}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <p class="fine">
        {followersText(followers.length)}, until {formatDay(until, Date.now())}, {formatTime(until)}. They can still
        photograph the screen.
      </p>
      {task.error !== undefined && <Alert>{task.error}</Alert>}
      {task.busy && choice.media.length > 0 && <PreparingRing fraction={fraction} stage={stage} />}
      <div class="button-row">
        <button
          type="button"
          class="button button-primary"
          disabled={isEmpty || task.busy || cannotGo(choice)}
          onClick={post}
        >
          Post
        </button>
        {task.busy && (
          <button type="button" class="button button-quiet" onClick={() => void model.calls.cancel(id)}>
            Cancel
          </button>
        )}
      </div>
    </Dialog>
  )
}
