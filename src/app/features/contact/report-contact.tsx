// A report of somebody who was accepted: of what they wrote before that. What two contacts say to each other is signed by
// nobody, so of a message of theirs there is none (docs/decisions/0021-reports.md).

import type { ContactView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { ReportDialog } from '../report/report-dialog.tsx'

export function ReportContact({ contact, onClose }: { readonly contact: ContactView; readonly onClose: () => void }) {
  const { model } = useApp()
  const { conversationId, name, fingerprint } = contact
  return (
    <ReportDialog
      lines={['Safelight contact report', `Name: ${name}`, `Account: ${fingerprint}`]}
      save={() => model.calls.reportContact(conversationId)}
      onClose={onClose}
    >
      A report shows what <bdi>{name}</bdi> wrote to you before you accepted them: that is signed by them. What the two
      of you have said since is signed by nobody, so no file could show it to others.
    </ReportDialog>
  )
}
