// A report: nobody but this person can read the request, so they carry it themselves to whoever runs the relay.

import { useState } from 'preact/hooks'
import type { RequestView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { Dialog } from '../../ui/dialog.tsx'

export function ReportRequest({ request, onClose }: { readonly request: RequestView; readonly onClose: () => void }) {
  const { model } = useApp()
  const [copied, setCopied] = useState(false)
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
        Only you can read this request, so Safelight reports nothing by itself. Copy the report and send it to whoever
        runs {relay === undefined ? 'your relay' : relay}, or to somebody you trust.
      </p>
      <textarea class="field report" aria-label="Report text" autocomplete="off" readOnly rows={6} value={report} />
      <button
        type="button"
        class="button button-primary"
        onClick={() => void navigator.clipboard.writeText(report).then(() => setCopied(true))}
      >
        {copied ? 'Copied' : 'Copy this'}
      </button>
    </Dialog>
  )
}
