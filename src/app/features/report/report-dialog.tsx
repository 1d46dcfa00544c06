// A report: nobody but this person can read what it is about, so they carry it themselves to whom they choose. The file has
// the signature of who wrote it, so that others need not take this person's word for it.

import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { ReportFile } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { Alert } from '../../ui/alert.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { saveFile } from '../../ui/save-file.ts'
import { useTask } from '../../ui/use-task.ts'

export function ReportDialog({
  lines,
  save,
  onClose,
  children,
}: {
  /** What is said of it in words, to be copied. */
  readonly lines: readonly string[]
  readonly save: () => Promise<ReportFile>
  readonly onClose: () => void
  /** What the file shows, and what it does not. */
  readonly children: ComponentChildren
}) {
  const { model } = useApp()
  const [isCopied, setCopied] = useState(false)
  const [saved, setSaved] = useState(0)
  const task = useTask()
  const relay = model.relays.value?.[0]?.name
  const report = lines.join('\n')
  return (
    <Dialog label="Report" onClose={onClose}>
      <p>
        {children} Safelight reports nothing by itself. Save the report and send it to whoever runs{' '}
        {relay === undefined ? 'your relay' : relay}, or to somebody you trust. It has no photos or videos in it.
      </p>
      <textarea class="field report" aria-label="Report text" autocomplete="off" readOnly rows={6} value={report} />
      {task.error !== undefined && <Alert>{task.error}</Alert>}
      <button
        type="button"
        class="button button-primary"
        disabled={task.busy}
        onClick={() =>
          task.run(async () => {
            const { data, fileName, messages } = await save()
            saveFile(new Blob([new Uint8Array(data)], { type: 'application/json' }), fileName)
            setSaved(messages)
          })
        }
      >
        Save report
      </button>
      <button
        type="button"
        class="button"
        onClick={() => void navigator.clipboard.writeText(report).then(() => setCopied(true))}
      >
        Copy this
      </button>
      <p role="status" class="fine">
        {isCopied && 'Copied. '}
        {saved > 0 && `Saved: what they wrote in ${saved === 1 ? 'one message' : `${saved} messages`}, signed by them.`}
      </p>
    </Dialog>
  )
}
