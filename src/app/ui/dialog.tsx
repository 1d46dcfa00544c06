// A modal dialog of the browser's own kind: it traps focus, gives it back, closes with Escape and hides the rest.

import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { Icon } from './icon.tsx'

/** `stays`: a press beside it does nothing, because what is in it would be lost; `onClose` may ask, or close nothing. */
export function Dialog({
  label,
  kind = 'sheet',
  stays = false,
  onClose,
  children,
}: {
  readonly label: string
  readonly kind?: 'sheet' | 'viewer' | 'editor' | 'cover'
  readonly stays?: boolean
  readonly onClose: () => void
  readonly children: ComponentChildren
}) {
  const element = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const dialog = element.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])
  return (
    <dialog
      ref={element}
      class={`dialog dialog-${kind}`}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClose={() => {
        // Browsers let nobody hold them back twice in a row.
        element.current?.showModal()
        if (element.current !== null) onClose()
      }}
      onPointerDown={(event) => {
        // The backdrop belongs to the dialog's own box; what is inside has boxes of its own.
        if (kind === 'sheet' && !stays && event.target === element.current) onClose()
      }}
    >
      {kind === 'sheet' ? (
        <div class="sheet">
          <div class="sheet-head">
            <h2>{label}</h2>
            <button type="button" class="icon-button" aria-label="Close" onClick={onClose}>
              <Icon name="close" />
            </button>
          </div>
          {children}
        </div>
      ) : (
        children
      )}
    </dialog>
  )
}
