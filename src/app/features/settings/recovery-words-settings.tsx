// Recovery words: whether there are any, what they are for, and what they are not.

import { useState } from 'preact/hooks'
import type { VaultSlot } from '../../../messenger/ports/vault.ts'
import { useApp } from '../../state/context.ts'
import { formatMoment } from '../../state/format.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { RecoveryWordsDialog } from './recovery-words-dialog.tsx'

export function RecoveryWordsSettings({ slots }: { readonly slots: readonly VaultSlot[] | undefined }) {
  const { model } = useApp()
  const [dialog, setDialog] = useState<'new' | 'removal'>()
  const close = () => setDialog(undefined)
  const words = slots?.find(({ kind }) => kind === 'words')
  return (
    <>
      <h3>Recovery words</h3>
      <p class="hint">
        12 words on paper that open what is stored in this browser when you have forgotten your passphrase, or when the
        browser has lost its key. They bring nothing back that is not stored here any more, and they work on no other
        device. Whoever finds them can open Safelight in this browser.
      </p>
      {words?.createdAt !== undefined && <p>You made them on {formatMoment(words.createdAt)}.</p>}
      <div class="button-row">
        <button type="button" class="button" disabled={slots === undefined} onClick={() => setDialog('new')}>
          {words === undefined ? 'Create recovery words' : 'New recovery words'}
        </button>
        {words !== undefined && (
          <button type="button" class="button button-danger" onClick={() => setDialog('removal')}>
            Remove recovery words
          </button>
        )}
      </div>
      {dialog === 'new' && <RecoveryWordsDialog replaces={words !== undefined} onClose={close} />}
      {dialog === 'removal' && words !== undefined && (
        <ConfirmDialog
          label="Remove recovery words"
          action="Make them open nothing"
          danger
          onConfirm={async () => {
            await model.calls.removeSlot(words.id)
            await model.refresh('vault')
          }}
          onClose={close}
        >
          <p>The words on your paper open nothing any more, and cannot be brought back. Your messages stay.</p>
          <p class="hint">Without them, a passphrase that you forget cannot be replaced.</p>
        </ConfirmDialog>
      )}
    </>
  )
}
