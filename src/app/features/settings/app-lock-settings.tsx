// The lock of the app: what opens it, when it closes by itself, and in plain words what it protects against.

import { useEffect, useState } from 'preact/hooks'
import type { VaultSlot } from '../../../messenger/ports/vault.ts'
import { useApp } from '../../state/context.ts'
import { formatMoment } from '../../state/format.ts'
import { isUnsentElsewhere, lockChoices, readLockAfter, thisTab, writeLockAfter } from '../../state/idle-lock.ts'
import { keptIn } from '../../state/kept.ts'
import { Alert } from '../../ui/alert.tsx'
import { useTask } from '../../ui/use-task.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { PassphraseDialog } from './passphrase-dialog.tsx'
import '../../styles/select.css'

const kept = keptIn(() => localStorage)

export function AppLockSettings({ slots }: { readonly slots: readonly VaultSlot[] | undefined }) {
  const { model, gate, unsent, passkeys } = useApp()
  const [dialog, setDialog] = useState<'passphrase' | 'removal' | 'unsent'>()
  const [lockAfter, setLockAfter] = useState(() => readLockAfter(kept))
  const [offered, setOffered] = useState(false)
  const task = useTask()
  const isLocked = slots?.some(({ kind }) => kind === 'passphrase') === true
  const own = slots?.filter(({ kind }) => kind === 'passkey') ?? []
  useEffect(() => {
    void passkeys?.areOffered().then(setOffered, () => undefined)
  }, [])
  const change = (work: () => Promise<void>) =>
    task.run(async () => {
      await work()
      await model.refresh('vault')
    })

  const lock = () => {
    const isHeld = unsent.isHeld() || model.hasFailed() || isUnsentElsewhere(kept, thisTab, Date.now())
    if (isHeld) setDialog('unsent')
    else gate.lock()
  }

  return (
    <div class="app-lock stack">
      <h3>App lock</h3>
      {isLocked ? (
        <p class="hint">
          On. What is stored in this browser opens with your passphrase, and no longer by itself, each time Safelight
          starts and whenever it was locked. Messages wait at your relay meanwhile.
        </p>
      ) : (
        <p class="hint">
          Off. Whoever can use this browser, or copies its files, can open your messages. With a passphrase they cannot,
          while Safelight is closed or locked.
        </p>
      )}
      {isLocked && (
        <>
          <div class="lock-after">
            <label htmlFor="lock-after">Lock after</label>
            <select
              id="lock-after"
              class="field"
              value={lockAfter ?? ''}
              onChange={(event) => {
                const minutes = Number(event.currentTarget.value)
                const chosen = lockChoices.find((choice) => choice === minutes)
                writeLockAfter(kept, chosen)
                setLockAfter(chosen)
              }}
            >
              {lockChoices.map((minutes) => (
                <option key={minutes} value={minutes}>
                  {minutes === 60 ? '1 hour' : minutes === 1 ? '1 minute' : `${minutes} minutes`} without use
                </option>
              ))}
              <option value="">Never by itself</option>
            </select>
          </div>
          <p class="hint">
            The time counts in the background too. Closing the tab that you unlocked locks the others. What you recorded
            or chose and have not sent makes the lock wait, behind a cover, for 5 to 15 minutes more; then it is lost.
          </p>
        </>
      )}
      <div class="button-row">
        {isLocked && (
          <button type="button" class="button button-primary" disabled={model.busy.value} onClick={lock}>
            Lock now
          </button>
        )}
        <button type="button" class="button" disabled={slots === undefined} onClick={() => setDialog('passphrase')}>
          {isLocked ? 'Change passphrase' : 'Set passphrase'}
        </button>
        {isLocked && (
          <button type="button" class="button button-danger" onClick={() => setDialog('removal')}>
            Remove passphrase
          </button>
        )}
      </div>
      {isLocked && (offered || own.length > 0) && (
        <>
          <h4>Passkeys</h4>
          <p class="hint">
            A passkey of this device, or on a security key, opens Safelight without typing. Whoever can use the passkey
            can open it too. The passphrase goes on working.
          </p>
          {own.length > 0 && (
            <ul class="rows" aria-label="Passkeys">
              {own.map(({ id, createdAt = 0 }, index) => (
                <li key={id} class="row relay">
                  <span class="relay-words">Passkey of {formatMoment(createdAt)}</span>
                  <button
                    type="button"
                    class="button button-small"
                    aria-label={`Remove passkey ${index + 1}`}
                    disabled={task.busy}
                    onClick={() => change(() => model.calls.removeSlot(id))}
                  >
                    Remove
                  </button>
                </li>
              ))}
            </ul>
          )}
          {offered && passkeys !== undefined && (
            <div class="button-row">
              <button
                type="button"
                class="button"
                disabled={task.busy}
                onClick={() => change(async () => model.calls.addPasskey(await passkeys.create()))}
              >
                Add passkey
              </button>
            </div>
          )}
        </>
      )}
      {task.error !== undefined && <Alert>{task.error}</Alert>}
      {isLocked && (
        <details>
          <summary>What the lock does not protect</summary>
          <ul class="hint plain-list">
            <li>
              Anything while Safelight is open and unlocked: whoever is at this device then sees what you see, and can
              change what opens it. Look here and under Backup for passkeys and words that you did not make.
            </li>
            <li>
              Copies of this browser’s files from before you set the passphrase, and blocks that the disk has not
              overwritten yet: the old key may still be in them. With such a copy, an old passphrase or key opens later
              copies too.
            </li>
            <li>
              A passphrase that the browser keeps. When it offers to save it, decline: whoever has this browser’s files
              may have its passwords too. A password manager of its own is fine.
            </li>
            <li>What a program or an extension sees that watches your typing or can read this page.</li>
            <li>How many messages and files there are, how large, and when they were written.</li>
            <li>A passphrase that can be guessed: each try costs a second of one computer, and nothing counts them.</li>
          </ul>
        </details>
      )}
      {dialog === 'passphrase' && <PassphraseDialog isNew={!isLocked} onClose={() => setDialog(undefined)} />}
      {dialog === 'unsent' && (
        <ConfirmDialog
          label="Lock now"
          action="Lock and lose it"
          danger
          onConfirm={async () => gate.lock()}
          onClose={() => setDialog(undefined)}
        >
          <p>
            Something that you recorded or chose has not been sent, here or in another tab. When Safelight locks, that
            is lost. To keep it, send it first.
          </p>
        </ConfirmDialog>
      )}
      {dialog === 'removal' && (
        <ConfirmDialog
          label="Remove passphrase"
          action="Open without passphrase"
          danger
          onConfirm={async () => {
            await model.calls.removePassphrase()
            await model.refresh('vault')
          }}
          onClose={() => setDialog(undefined)}
        >
          <p>
            Safelight opens by itself again, and does not lock any more. Whoever can use this browser, or copies its
            files, can open your messages.
          </p>
          <p class="hint">
            Your messages stay. {own.length > 0 && 'Your passkeys are removed with the passphrase. '}
            {slots?.some(({ kind }) => kind === 'words') === true && 'Your recovery words go on working.'}
          </p>
        </ConfirmDialog>
      )}
    </div>
  )
}
