// One thing to several people, each in the conversation of the two: what it is, how far it is, and what became of it with
// each of them.

import { useEffect, useId, useState } from 'preact/hooks'
import type { ContactView } from '../../../messenger/api.ts'
import type { Addressee, BroadcastOutcome } from '../../state/calls.ts'
import { useApp } from '../../state/context.ts'
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
import { SentTo } from './sent-to.tsx'
import '../../styles/broadcast.css'

interface Unsent {
  readonly text: string
  readonly choice: Choice
  /** The same when it is tried again, so that nobody gets it twice. */
  readonly ids: ReadonlyMap<string, string>
}

const nothing: Unsent = { text: '', choice: { media: [], refusals: [], manner: usualManner }, ids: new Map() }
/** What was written and chosen stays while the person looks elsewhere in this tab. */
const kept = new WeakMap<Model, Unsent>()

export function SendSeparately({
  people,
  onClose,
}: {
  readonly people: readonly ContactView[]
  readonly onClose: () => void
}) {
  const app = useApp()
  const { model } = app
  const [unsent, set] = useState<Unsent>(() => kept.get(model) ?? nothing)
  useEffect(() => void kept.set(model, unsent), [unsent])
  const [broadcastId] = useState(() => app.newId())
  const [outcomes, setOutcomes] = useState<readonly BroadcastOutcome[]>()
  const { fraction, stage, begin } = usePreparing(broadcastId)
  const textId = useId()
  const task = useTask()
  const { text, choice } = unsent
  const isEmpty = text.trim() === '' && choice.media.length === 0
  const isSent = outcomes !== undefined
  const missed = outcomes?.filter(({ error }) => error !== undefined) ?? []
  useStay(!isEmpty && (!isSent || missed.length > 0) ? 'unsent' : undefined, kept)
  const setChoice = (next: Choice | ((current: Choice) => Choice)) =>
    set((before) => ({ ...before, choice: typeof next === 'function' ? next(before.choice) : next }))

  const send = (to: readonly Addressee[]) =>
    task.run(async () => {
      begin()
      const now = await model.calls.broadcast(broadcastId, to, draftOf(choice, text.trim()))
      const tried = new Map(now.map((outcome) => [outcome.contactId, outcome]))
      setOutcomes((outcomes ?? now).map((outcome) => tried.get(outcome.contactId) ?? outcome))
      await model.refresh('conversations').catch(() => undefined)
    })
  const sendToAll = (event: Event) => {
    event.preventDefault()
    const ids = new Map(people.map(({ id }) => [id, unsent.ids.get(id) ?? app.newId()]))
    set((before) => ({ ...before, ids }))
    send([...ids].map(([contactId, messageId]) => ({ contactId, messageId })))
  }
  const close = () => {
    if (task.busy) return
    // What nobody has got is there when it is opened again.
    if (isSent && outcomes.some(({ error }) => error === undefined)) {
      kept.delete(model)
      app.unsent.hold(kept, undefined)
    }
    onClose()
  }

  return (
    <Dialog label="Send separately" stays={task.busy || !isEmpty} onClose={close}>
      {isSent ? (
        <SentTo people={people} outcomes={outcomes} onLeave={close} />
      ) : (
        <>
          <p class="hint">
            To <bdi>{people.map(({ name }) => name).join(', ')}</bdi>. Each gets a message of their own, in the
            conversation of the two of you. Nobody learns who else got it.
          </p>
          <ChooseMedia choice={choice} hidden={task.busy} onChoice={setChoice} />
          <form class="stack" id={`${textId}-form`} onSubmit={sendToAll}>
            <WordsField
              id={textId}
              text={text}
              disabled={task.busy}
              onText={(words) => set((before) => ({ ...before, text: words }))}
            />
          </form>
        </>
      )}
      {task.error !== undefined && <Alert>{task.error}</Alert>}
      {task.busy && <PreparingRing fraction={fraction} stage={stage} />}
      <div class="button-row">
        {!isSent && (
          <button
            type="submit"
            form={`${textId}-form`}
            class="button button-primary"
            disabled={isEmpty || task.busy || cannotGo(choice)}
          >
            {`Send to ${people.length} people`}
          </button>
        )}
        {missed.length > 0 && (
          <button
            type="button"
            class="button"
            disabled={task.busy}
            onClick={() => send(missed.map(({ contactId, messageId }) => ({ contactId, messageId })))}
          >
            Try again
          </button>
        )}
        {isSent && (
          <button type="button" class="button button-primary" disabled={task.busy} onClick={close}>
            Done
          </button>
        )}
        {task.busy && (
          <button type="button" class="button button-quiet" onClick={() => void model.calls.cancel(broadcastId)}>
            Cancel
          </button>
        )}
      </div>
    </Dialog>
  )
}
