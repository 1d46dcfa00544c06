// An invite to hand over: as a link to copy, and as a code to scan.

import { useEffect, useState } from 'preact/hooks'
import type { InviteView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { formatShortDate } from '../../state/format.ts'
import { Alert } from '../../ui/alert.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Icon } from '../../ui/icon.tsx'
import { LinkField } from '../../ui/link-field.tsx'
import { useTask } from '../../ui/use-task.ts'
import { QrCode } from '../../ui/qr-code.tsx'

export function InviteDialog({ onClose }: { readonly onClose: () => void }) {
  const { model } = useApp()
  const [invite, setInvite] = useState<InviteView>()
  const [copied, setCopied] = useState(false)
  const task = useTask()

  const create = () =>
    task.run(async () => {
      setCopied(false)
      setInvite(await model.calls.createInvite())
      await model.refresh('invites')
    })
  useEffect(() => {
    task.run(async () => {
      // One that nobody used yet is as good as a new one.
      const open = (await model.calls.invites()).find(
        ({ uses, used, expiresAt }) => used < uses && expiresAt > Date.now(),
      )
      setInvite(open ?? (await model.calls.createInvite()))
      await model.refresh('invites')
    })
  }, [])

  return (
    <Dialog label="Invite" onClose={onClose}>
      <div class="invite" aria-busy={task.busy}>
        {task.error !== undefined && (
          <Alert
            actions={
              <button type="button" class="button button-small" onClick={create}>
                Try again
              </button>
            }
          >
            {task.error}
          </Alert>
        )}
        <div class="qr-frame">{invite !== undefined && <QrCode text={invite.link} name="Invite QR code" />}</div>
        {invite !== undefined && (
          <>
            <LinkField label="Invite link" kind="invite-link" link={invite.link} />
            <p class="fine">
              For {invite.uses === 1 ? 'one person' : `${invite.uses} people`}, until{' '}
              {formatShortDate(invite.expiresAt)}. Send it over a channel you trust: whoever has it can use it.
            </p>
          </>
        )}
        <div class="button-row">
          <button
            type="button"
            class="button button-primary"
            disabled={invite === undefined}
            onClick={() => {
              if (invite === undefined) return
              void navigator.clipboard.writeText(invite.link).then(() => setCopied(true))
            }}
          >
            <Icon name={copied ? 'check' : 'copy'} size={20} />
            Copy link
          </button>
          <button type="button" class="button" disabled={task.busy} onClick={create}>
            New link
          </button>
        </div>
        <p class="visually-hidden" role="status">
          {copied ? 'Copied' : ''}
        </p>
      </div>
    </Dialog>
  )
}
