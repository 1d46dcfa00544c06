// A link that was opened and leads nowhere: why, and the way on.

import { useApp } from '../../state/context.ts'
import { Alert } from '../../ui/alert.tsx'

export function BrokenLink({ title, problem }: { readonly title: string; readonly problem: string }) {
  const leave = useLeaveLink()
  return (
    <div class="centre">
      <div class="card stack">
        <h1>{title}</h1>
        <Alert>{problem}</Alert>
        <button type="button" class="button" onClick={leave}>
          Go to your messages
        </button>
      </div>
    </div>
  )
}

/** To the messages; the link is forgotten. */
export function useLeaveLink(): () => void {
  const { router } = useApp()
  return () => {
    router.go({ page: 'conversations' }, { replace: true })
    router.forgetInvite()
  }
}
