// How one conversation is kept: how long its messages stay, and whether it tells when something comes.

import type { ConversationView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { formatWhen } from '../../state/format.ts'
import { Alert } from '../../ui/alert.tsx'
import { Choice } from '../../ui/choice.tsx'
import { useTask } from '../../ui/use-task.ts'
import { lifeText, lives } from './lives.ts'

const hourMs = 3_600_000
/** What the choices stand for; `now` is not among what can be chosen. */
const mutes = { off: 0, hour: hourMs, hours: 8 * hourMs, always: Infinity, until: -1 } as const
type Mute = keyof typeof mutes

export function ConversationSettings({ conversation }: { readonly conversation: ConversationView }) {
  const { model } = useApp()
  const task = useTask()
  const { id, groupId, timerMs, isMuted, mutedUntil } = conversation
  const change = (work: () => Promise<void>) =>
    task.run(async () => {
      await work()
      await model.refresh('conversations')
    })
  const mute = (choice: Mute) =>
    change(() => model.calls.mute(id, choice === 'off' ? undefined : Date.now() + mutes[choice]))
  const now: Mute = !isMuted ? 'off' : mutedUntil === undefined ? 'always' : 'until'
  const words: Readonly<Record<Mute, string>> = {
    off: 'Off',
    hour: 'For 1 hour',
    hours: 'For 8 hours',
    always: 'Always',
    until: `Until ${formatWhen(mutedUntil ?? 0, Date.now())}`,
  }
  const offered = ['off', 'hour', 'hours', 'always'] as const
  return (
    <div class="panel-group">
      <Choice
        label="Disappearing messages"
        value={timerMs}
        values={lives.includes(timerMs) ? lives : [...lives, timerMs].toSorted((a, b) => a - b)}
        words={lifeText}
        disabled={task.busy}
        onChoose={(lifeMs) => change(() => model.calls.setTimer(id, lifeMs))}
      />
      <p class="hint">
        What is written from now on goes from every device so long after it was seen there. Who sees it can still
        photograph the screen.
      </p>
      <Choice
        label="Mute"
        value={now}
        values={now === 'until' ? [...offered, now] : offered}
        words={(choice) => words[choice]}
        disabled={task.busy}
        onChoose={mute}
      />
      <p class="hint">
        {groupId === undefined
          ? 'No notifications of this conversation. While Safelight is closed that holds for Always alone: then the relay wakes this browser for it no more.'
          : 'No notifications of this group while Safelight is open, except of what mentions you.'}
      </p>
      {task.error !== undefined && <Alert>{task.error}</Alert>}
    </div>
  )
}
