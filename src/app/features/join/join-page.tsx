// A link to join a relay was opened: which relay, and one button.

import { useState } from 'preact/hooks'
import { errorText } from '../../error-text.ts'
import { toAppError } from '../../state/app-error.ts'
import { useApp } from '../../state/context.ts'
import { Alert } from '../../ui/alert.tsx'
import { useTask } from '../../ui/use-task.ts'
import { joinErrorText } from './join-error-text.ts'

export function JoinPage() {
  const { model, router } = useApp()
  const link = router.join.value ?? ''
  const [refused, setRefused] = useState<string>()
  const task = useTask()
  const relay = URL.canParse(link) ? new URL(link).host : 'a relay'

  const leave = () => {
    router.go({ page: router.invite.value === undefined ? 'conversations' : 'connect' }, { replace: true })
    router.forgetJoin()
  }
  const join = () => {
    setRefused(undefined)
    task.run(async () => {
      try {
        await model.calls.joinRelay(link)
      } catch (error) {
        setRefused(joinErrorText(toAppError(error).key) ?? errorText(error))
        return
      }
      await model.refresh('relays')
      leave()
    })
  }

  return (
    <div class="centre">
      <div class="card connect">
        <h1>Join {relay}</h1>
        <p class="hint">
          This relay keeps sealed messages for its members. Joining makes you one: it learns that this device joined
          with this link, and neither your name nor your contacts.
        </p>
        {refused !== undefined && <Alert>{refused}</Alert>}
        <button type="button" class="button button-primary" disabled={task.busy} onClick={join}>
          Join
        </button>
        <button type="button" class="button button-quiet" onClick={leave}>
          Not now
        </button>
      </div>
    </div>
  )
}
