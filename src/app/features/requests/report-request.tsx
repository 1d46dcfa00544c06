// A report of a request.

import type { RequestView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { ReportDialog } from '../report/report-dialog.tsx'

export function ReportRequest({ request, onClose }: { readonly request: RequestView; readonly onClose: () => void }) {
  const { model } = useApp()
  const { id, name, fingerprint, receivedAt, text } = request
  return (
    <ReportDialog
      lines={[
        'Safelight request report',
        `Name given: ${name}`,
        `Account: ${fingerprint}`,
        `Received: ${new Date(receivedAt).toISOString()}`,
        ...(text === undefined ? [] : [`Text: ${text}`]),
      ]}
      save={() => model.calls.reportRequest(id)}
      onClose={onClose}
    >
      Only you can read this request. A report shows that this account wrote it to you.
    </ReportDialog>
  )
}
