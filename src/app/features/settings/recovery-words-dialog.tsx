// Shows new recovery words once, and asks for some of them before they count: words that were not written down would be
// a way in that nobody has.

import { useEffect, useMemo, useState } from 'preact/hooks'
import { useApp } from '../../state/context.ts'
import { Alert } from '../../ui/alert.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { useTask } from '../../ui/use-task.ts'

const askedWords = 3

export function RecoveryWordsDialog({
  replaces,
  onClose,
}: {
  readonly replaces: boolean
  readonly onClose: () => void
}) {
  const { model } = useApp()
  const [words, setWords] = useState<readonly string[]>()
  const [step, setStep] = useState<'words' | 'proof' | 'leaving'>('words')
  const back = () => setStep('words')
  const task = useTask()
  useEffect(() => task.run(async () => setWords(await model.calls.createRecoveryWords())), [])
  return (
    <Dialog
      label="Recovery words"
      stays
      // A press of Escape must not cost what is being written down.
      onClose={words === undefined ? onClose : () => setStep('leaving')}
    >
      {task.error !== undefined && <Alert>{task.error}</Alert>}
      {words !== undefined && step === 'words' && (
        <>
          <p class="hint">
            Write them down in this order and keep them where nobody else looks. They are shown this once; a photo or a
            screenshot of them is a copy that others may find.
            {replaces && ' Your earlier words open nothing any more once you have confirmed these.'}
          </p>
          <ol class="recovery-words" aria-label="Your recovery words">
            {words.map((word, index) => (
              <li key={index}>{word}</li>
            ))}
          </ol>
          <button type="button" class="button button-primary" onClick={() => setStep('proof')}>
            I wrote them down
          </button>
        </>
      )}
      {words !== undefined && step === 'proof' && <Confirm words={words} onBack={back} onClose={onClose} />}
      {step === 'leaving' && (
        <>
          <Alert>
            These words open nothing before you have confirmed them, and they are not shown again.
            {replaces && ' Your earlier words go on working.'}
          </Alert>
          <div class="button-row">
            <button type="button" class="button button-primary" ref={focus} onClick={back}>
              Back to the words
            </button>
            <button type="button" class="button button-danger" onClick={onClose}>
              Throw them away
            </button>
          </div>
        </>
      )}
    </Dialog>
  )
}

function Confirm({
  words,
  onBack,
  onClose,
}: {
  readonly words: readonly string[]
  readonly onBack: () => void
  readonly onClose: () => void
}) {
  const { model } = useApp()
  const places = useMemo(() => somePlaces(words.length), [words])
  const [typed, setTyped] = useState<readonly string[]>(places.map(() => ''))
  const [isWrong, setWrong] = useState(false)
  const task = useTask()
  const confirm = (event: Event) => {
    event.preventDefault()
    const fits = places.every((place, index) => typed[index]?.trim().toLowerCase() === words[place])
    setWrong(!fits)
    if (!fits) return
    task.run(async () => {
      await model.calls.confirmRecoveryWords(words.join(' '))
      await model.refresh('vault')
      onClose()
    })
  }
  return (
    <form class="stack" onSubmit={confirm}>
      <p class="hint">Type these from your paper. The words count from then on.</p>
      {places.map((place, index) => (
        <div key={place}>
          <label htmlFor={`recovery-word-${place}`}>Word {place + 1}</label>
          <input
            id={`recovery-word-${place}`}
            class="field"
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            value={typed[index] ?? ''}
            onInput={(event) => setTyped(typed.with(index, event.currentTarget.value))}
          />
        </div>
      ))}
      {isWrong && <Alert>That is not what was shown. Look at your paper again, or go back to the words.</Alert>}
      {task.error !== undefined && <Alert>{task.error}</Alert>}
      <div class="button-row">
        <button type="submit" class="button button-primary" disabled={typed.includes('') || task.busy}>
          Confirm words
        </button>
        <button type="button" class="button" disabled={task.busy} onClick={onBack}>
          Show them again
        </button>
      </div>
    </form>
  )
}

/** What had the focus is gone. */
function focus(element: HTMLElement | null): void {
  element?.focus()
}

/** In order, and different each time. */
function somePlaces(count: number): readonly number[] {
  const places = new Set<number>()
  while (places.size < askedWords) places.add((crypto.getRandomValues(new Uint8Array(1))[0] ?? 0) % count)
  return [...places].toSorted((a, b) => a - b)
}
