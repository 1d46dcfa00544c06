// The link by which people ask to join a group.

import { useEffect, useState } from 'preact/hooks'
import type { GroupView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { formatShortDate } from '../../state/format.ts'
import { Alert } from '../../ui/alert.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Icon } from '../../ui/icon.tsx'
import { LinkField } from '../../ui/link-field.tsx'
import { useTask } from '../../ui/use-task.ts'

export function GroupLink({ group, onClose }: { readonly group: GroupView; readonly onClose: () => void }) {
  const { model } = useApp()
  const [link, setLink] = useState(group.link)
  const [copied, setCopied] = useState(false)
  const task = useTask()
  const create = () =>
    task.run(async () => {
      setCopied(false)
      setLink(await model.calls.createGroupLink(group.id))
    })
  useEffect(() => {
    if (link === undefined) create()
  }, [])
  return (
    <Dialog label="Group link" onClose={onClose}>
      <div class="stack" aria-busy={task.busy}>
        {task.error !== undefined && <Alert>{task.error}</Alert>}
        {link !== undefined && (
          <>
            <LinkField label="Invite link" kind="invite-link" link={link.link} />
            <p class="fine">
              Whoever has it can ask to join, until {formatShortDate(link.expiresAt)}. You decide about each, and only
              you see who asks. It names the group and you.
            </p>
          </>
        )}
        <div class="button-row">
          <button
            type="button"
            class="button button-primary"
            disabled={link === undefined}
            onClick={() => {
              if (link !== undefined) void navigator.clipboard.writeText(link.link).then(() => setCopied(true))
            }}
          >
            <Icon name={copied ? 'check' : 'copy'} size={20} />
            Copy link
          </button>
          <button type="button" class="button" disabled={task.busy} onClick={create}>
            New link
          </button>
          {link !== undefined && (
            <button
              type="button"
              class="button button-danger"
              disabled={task.busy}
              onClick={() =>
                task.run(async () => {
                  await model.calls.closeGroupLink(group.id)
                  onClose()
                })
              }
            >
              Close link
            </button>
          )}
        </div>
        <p class="visually-hidden" role="status">
          {copied ? 'Copied' : ''}
        </p>
      </div>
    </Dialog>
  )
}
