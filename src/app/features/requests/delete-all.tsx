// Deletes many requests with one word, after a flood. Only those that the person has before them: what comes meanwhile stays.

import { useState } from 'preact/hooks'
import type { RequestView } from '../../../messenger/api.ts'
import { UsageError } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'

/** Fewer are deleted one by one. */
const fewest = 10

export function DeleteAll({ requests }: { readonly requests: readonly RequestView[] }) {
  const { model } = useApp()
  const [chosen, setChosen] = useState<readonly RequestView[]>()
  if (requests.length < fewest && chosen === undefined) return null
  return (
    <>
      <button type="button" class="button button-quiet" onClick={() => setChosen(requests)}>
        Delete all {requests.length}
      </button>
      {chosen !== undefined && (
        <ConfirmDialog
          label="Delete all requests"
          action="Delete all"
          danger
          onConfirm={async () => {
            for (const { id } of chosen) await model.calls.deleteRequest(id).catch(unlessAnswered)
          }}
          onClose={() => setChosen(undefined)}
        >
          <p>
            All {chosen.length} requests that are shown now are deleted, with what was written in them. Nobody is told.
            Whoever still has a link of yours can ask again.
          </p>
        </ConfirmDialog>
      )}
    </>
  )
}

/** In another tab, or taken back. */
function unlessAnswered(error: unknown): void {
  if (!(error instanceof UsageError && error.code === 'unknown-request')) throw error
}
