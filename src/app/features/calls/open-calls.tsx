// Open calls on the page of posts: those there are, and a way to make one.

import { useState } from 'preact/hooks'
import { later } from '../../ui/later.tsx'
import { Section } from '../../ui/page.tsx'
import { useNow } from '../tiles/elapsed.ts'
import { answersText, stageText } from './call-text.ts'
import { useOpenCalls } from './use-open-calls.ts'
import '../../styles/calls.css'

const parts = () => import('./call-dialogs.ts')
const CallDialog = later(async () => (await parts()).CallDialog)
const NewCall = later(async () => (await parts()).NewCall)

export function OpenCallsSection() {
  const { all = [], refresh } = useOpenCalls()
  const [isMaking, setMaking] = useState(false)
  const [shownId, show] = useState<string>()
  const now = useNow()
  const shown = all.find(({ id }) => id === shownId)
  return (
    <Section title="Open calls">
      <p class="hint">
        A link for the public: the first people who answer it have a private conversation with you, the others get a
        kind word. Nobody sees who else answered.
      </p>
      {all.length > 0 && (
        <ul class="rows" aria-label="Open calls">
          {all.map((call) => (
            <li key={call.id}>
              <button
                type="button"
                class="row-button call-row"
                aria-describedby={`call-${call.id}`}
                onClick={() => show(call.id)}
              >
                <span class="line" dir="auto">
                  {call.text}
                </span>
              </button>
              <span class="fine call-state" id={`call-${call.id}`}>
                {answersText(call)} · {stageText(call, now)}
              </span>
            </li>
          ))}
        </ul>
      )}
      <button type="button" class="button" onClick={() => setMaking(true)}>
        New open call
      </button>
      {isMaking && (
        <NewCall
          onMade={async (made) => {
            await refresh()
            setMaking(false)
            show(made.id)
          }}
          onClose={() => setMaking(false)}
        />
      )}
      {shown !== undefined && <CallDialog call={shown} refresh={refresh} onClose={() => show(undefined)} />}
    </Section>
  )
}
