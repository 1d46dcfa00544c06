// What both editors have around them: a dialog as large as the screen, the way out and the way on, and the question before
// changes are lost.

import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { useHeld } from '../../state/use-held.ts'
import { Alert } from '../../ui/alert.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import '../../styles/editor.css'

export function EditorFrame({
  label,
  changed,
  busy,
  problem,
  actions,
  stage,
  onApply,
  onClose,
  children,
}: {
  readonly label: string
  readonly changed: boolean
  readonly busy: boolean
  readonly problem: string | undefined
  readonly actions?: ComponentChildren
  readonly stage: ComponentChildren
  readonly onApply: () => void
  readonly onClose: () => void
  readonly children: ComponentChildren
}) {
  const [asks, setAsks] = useState(false)
  const leave = () => (changed ? setAsks(true) : onClose())
  useHeld(changed ? leave : undefined)
  return (
    <Dialog label={label} kind="editor" onClose={leave}>
      <div
        class="editor"
        role="presentation"
        onKeyDown={(event) => {
          // The tray stands in the form that sends: Enter in a field of the editor would send what is not edited yet.
          if (event.key === 'Enter' && event.target instanceof HTMLInputElement) event.preventDefault()
        }}
      >
        <div class="editor-head">
          <button type="button" class="button button-quiet" onClick={leave}>
            Cancel
          </button>
          <h2>{label}</h2>
          <div class="editor-actions" inert={busy}>
            {actions}
          </div>
          <button type="button" class="button button-primary" disabled={busy} onClick={onApply}>
            {busy ? 'Applying' : 'Apply'}
          </button>
        </div>
        {/* What is changed while it is made would not be in it. */}
        <div class="editor-middle" inert={busy}>
          {stage}
        </div>
        <div class="editor-panel" inert={busy}>
          {problem !== undefined && <Alert>{problem}</Alert>}
          {children}
        </div>
      </div>
      {asks && (
        <ConfirmDialog
          label="Discard your changes?"
          action="Discard"
          danger
          onConfirm={async () => onClose()}
          onClose={() => setAsks(false)}
        >
          <p>What you changed here is not kept. The picture itself stays as it was.</p>
        </ConfirmDialog>
      )}
    </Dialog>
  )
}
