// Notifications while Safelight is closed: one switch, and in plain words who learns what by it.

import { useEffect, useState } from 'preact/hooks'
import type { PushView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { switchOff, switchOn } from '../../state/notifications.ts'
import type { NotifyProblem } from '../../state/notifications.ts'
import type { PushAccess } from '../../state/push-access.ts'
import { Alert } from '../../ui/alert.tsx'
import { Switch } from '../../ui/switch.tsx'
import { useTask } from '../../ui/use-task.ts'

const hint = 'Also while Safelight is closed: your relay has this browser woken when something comes.'

const problems: Readonly<Record<NotifyProblem, string>> = {
  blocked:
    'Notifications are blocked in the browser’s settings for this page. Allow them there, then switch them on here.',
  dismissed: 'The browser was not allowed to show notifications. Nothing has changed.',
  'no-service': 'This browser’s push service cannot be reached, or is switched off in the browser. Try again later.',
  'no-relay': 'Your relay wakes no browsers. Whoever runs it can switch that on.',
}

const states: Readonly<Record<PushView['state'], string | undefined>> = {
  off: undefined,
  pending: 'Your relay does not know yet. It is told as soon as it answers.',
  on: undefined,
  stale: 'Your relay has changed. Notifications come again when this browser has subscribed there.',
  refused: 'Your relay does not work with this browser’s push service, so nothing comes.',
}

export function NotificationSettings({ view }: { readonly view: PushView | undefined }) {
  const { model, push } = useApp()
  const [access, setAccess] = useState<PushAccess | 'none'>()
  const [problem, setProblem] = useState<NotifyProblem>()
  const task = useTask()
  useEffect(() => {
    const look = (found: PushAccess | undefined) => {
      setAccess(found ?? 'none')
      if (found?.permission() === 'denied') setProblem('blocked')
    }
    void Promise.resolve(push?.()).then(look, () => look(undefined))
  }, [])
  if (access === 'none')
    return (
      <p>
        This browser gives no push to this page, so nothing tells you of new messages while Safelight is closed. Your
        relay keeps what arrives. While it is open, the title of the tab tells.
      </p>
    )
  const set = (on: boolean) =>
    task.run(async () => {
      if (access === undefined) return
      setProblem(undefined)
      if (on) setProblem(await switchOn(model, access))
      else await switchOff(model, access)
      await model.refresh('push')
    })
  const state = view === undefined ? undefined : states[view.state]
  return (
    <>
      {task.error !== undefined && <Alert>{task.error}</Alert>}
      {problem !== undefined && <Alert>{problems[problem]}</Alert>}
      <Switch
        label="Notify me of new messages"
        hint={hint}
        checked={view !== undefined && view.state !== 'off'}
        disabled={view === undefined || access === undefined || task.busy}
        onChange={set}
      />
      {state !== undefined && <p role="status">{state}</p>}
      <p class="hint">
        The push service of the browser’s maker learns when something comes, and through which relay; not from whom, and
        not what. Your relay learns which of its mailboxes belong to this browser. A notification shows no name and no
        text, and may come for a receipt, too.
      </p>
    </>
  )
}
