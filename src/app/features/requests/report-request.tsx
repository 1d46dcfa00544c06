// A report: nobody but this person can read the request, so they carry it themselves to whom they choose. The file has the
// sender's signature, so that others need not take this person's word for it.

import { useState } from 'preact/hooks'
import type { RequestView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { Alert } from '../../ui/alert.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { saveFile } from '../../ui/save-file.ts'
import { useTask } from '../../ui/use-task.ts'

export function ReportRequest({ request, onClose }: { readonly request: RequestView; readonly onClose: () => void }) {
  const { model } = useApp()
  const [copied, setCopied] = useState(false)
  const [saved, setSaved] = useState(0)
  const task = useTask()
  const relay = model.relays.value?.[0]?.name
  const report = [
    'Safelight request report',
    `Name given: ${request.name}`,
    `Account: ${request.fingerprint}`,
    `Received: ${new Date(request.receivedAt).toISOString()}`,
    ...(request.text === undefined ? [] : [`Text: ${request.text}`]),
  ].join('\n')
  return (
    <Dialog label="Report" onClose={onClose}>
      <p>
        Only you can read this request, so Safelight reports nothing by itself. Save the report and send it to whoever
        runs {relay === undefined ? 'your relay' : relay}, or to somebody you trust. It shows that this account wrote
        this to you, and has no photos or videos in it.
      </p>
      <textarea class="field report" aria-label="Report text" autocomplete="off" readOnly rows={6} value={report} />
      {task.error !== undefined && <Alert>{task.error}</Alert>}
      <button
        type="button"
        class="button button-primary"
        disabled={task.busy}
        onClick={() =>
          task.run(async () => {
            const { data, fileName, messages } = await model.calls.reportRequest(request.id)
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
        {copied ? 'Copied' : 'Copy this'}
      </button>
      <p role="status" class="fine">
        {saved > 0 && `Saved: what they wrote in ${saved === 1 ? 'one message' : `${saved} messages`}, signed by them.`}
      </p>
    </Dialog>
  )
}
