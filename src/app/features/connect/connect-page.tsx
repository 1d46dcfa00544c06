// An invite link was opened: who it says it is from, and one button.

import { useEffect, useState } from 'preact/hooks'
import type { InvitePreview } from '../../../messenger/api.ts'
import { errorText } from '../../error-text.ts'
import { useApp } from '../../state/context.ts'
import { formatShortDate } from '../../state/format.ts'
import { Alert } from '../../ui/alert.tsx'
import { Avatar } from '../../ui/avatar.tsx'
import { useTask } from '../../ui/use-task.ts'

export function ConnectPage() {
  const { model, router } = useApp()
  const link = router.invite.value
  const [preview, setPreview] = useState<InvitePreview>()
  const [broken, setBroken] = useState<string>()
  const task = useTask()

  useEffect(() => {
    if (link === undefined) return undefined
    let current = true
    setPreview(undefined)
    setBroken(undefined)
    model.calls.inspectInvite(link).then(
      (read) => current && setPreview(read),
      (error: unknown) => current && setBroken(errorText(error)),
    )
    return () => (current = false)
  }, [link])

  const connect = () =>
    task.run(async () => {
      if (link === undefined) return
      const contact = await model.calls.connect(link)
      await Promise.all([model.refresh('conversations'), model.refresh('contacts')])
      router.go({ page: 'conversation', id: contact.conversationId }, { replace: true })
      router.forgetInvite()
    })
  const decline = () => {
    router.go({ page: 'conversations' }, { replace: true })
    router.forgetInvite()
  }

  if (broken !== undefined) {
    return (
      <div class="centre">
        <div class="card stack">
          <h1>This invite does not work</h1>
          <Alert>{broken}</Alert>
          <button type="button" class="button" onClick={decline}>
            Go to your messages
          </button>
        </div>
      </div>
    )
  }
  if (preview === undefined) return <div class="centre" aria-busy="true" />
  return (
    <div class="centre">
      <div class="card connect">
        <Avatar name={preview.name} id={preview.fingerprint} size="large" />
        <h1 dir="auto">Connect with {preview.name}</h1>
        <p class="hint">
          The name comes from the link and is not verified. Connect only if you know who sent it to you.
        </p>
        {task.error !== undefined && <Alert>{task.error}</Alert>}
        <button type="button" class="button button-primary" disabled={task.busy} onClick={connect}>
          Connect
        </button>
        <button type="button" class="button button-quiet" onClick={decline}>
          Not now
        </button>
        <p class="fine">
          Through {preview.relay} · valid until {formatShortDate(preview.expiresAt)}
        </p>
      </div>
    </div>
  )
}
