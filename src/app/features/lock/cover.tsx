// In front of everything while the lock waits for what would be lost: it hides what was on the screen, and says why the
// page is not locked. It is no lock: who presses the button sees what is behind it.

import { useEffect, useRef } from 'preact/hooks'
import { useApp } from '../../state/context.ts'
import { formatTime } from '../../state/format.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Mark } from '../../ui/icon.tsx'
import '../../styles/lock.css'

export function Cover({ lockAt }: { readonly lockAt: number }) {
  const { cover, gate } = useApp()
  const show = useRef<HTMLButtonElement>(null)
  useEffect(() => show.current?.focus(), [])
  return (
    <Dialog label="Safelight is not locked yet" kind="cover" onClose={() => undefined}>
      <div class="centre">
        <div class="first-run">
          <Mark size={72} />
          <h1 class="lock-title">Not locked yet</h1>
          <p class="lead">
            Something that you recorded or chose has not been sent. At {formatTime(lockAt)} Safelight locks, and that is
            lost.
          </p>
          <button ref={show} type="button" class="button button-primary" onClick={() => cover.lift()}>
            Show and go on
          </button>
          <button type="button" class="button button-quiet" onClick={() => gate.lock()}>
            Lock now
          </button>
        </div>
      </div>
    </Dialog>
  )
}
