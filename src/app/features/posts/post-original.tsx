// Of a picture that was posted as an original: that, in the place of what is shown. It is fetched when somebody asks for it.

import type { Attachment } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { Alert } from '../../ui/alert.tsx'
import { useTask } from '../../ui/use-task.ts'
import { isStartable } from '../tiles/transfer-text.ts'
import { OriginalToggle } from '../viewer/original-toggle.tsx'

export function PostOriginal({
  attachment: { id, original },
  isOn,
  onChange,
}: {
  readonly attachment: Attachment
  readonly isOn: boolean
  readonly onChange: (isOn: boolean) => void
}) {
  const { model } = useApp()
  const task = useTask()
  if (original === undefined) return null
  const toggle = () =>
    task.run(async () => {
      onChange(!isOn)
      if (!isOn && isStartable(original.transfer)) await model.calls.manageTransfer('start', id, 'original')
    })
  return (
    <>
      <OriginalToggle sizeBytes={original.sizeBytes} isOn={isOn} isBusy={task.busy} onToggle={toggle} />
      {task.error !== undefined && <Alert>{task.error}</Alert>}
    </>
  )
}
