// A new text for a message that was sent. What was being written stays beside it.

import { useEffect, useState } from 'preact/hooks'
import { useApp } from '../../state/context.ts'
import type { Thread } from '../../state/thread.ts'
import { useTask } from '../../ui/use-task.ts'
import { useDelayedSave } from './use-delayed-save.ts'

export function useEdit(thread: Thread) {
  const { model } = useApp()
  const about = thread.about.value
  const edited = about?.kind === 'edit' ? about.message : undefined
  const [text, setText] = useState('')
  const task = useTask()
  const kept = useDelayedSave((changed) => thread.writeEdit(changed))
  useEffect(() => setText(about?.text ?? edited?.text ?? ''), [edited])
  return {
    isOpen: edited !== undefined,
    text,
    setText(changed: string) {
      setText(changed)
      kept.later(changed)
    },
    busy: task.busy,
    error: edited === undefined ? undefined : task.error,
    save: () =>
      task.run(async () => {
        if (edited === undefined) return
        if (text.trim() !== edited.text) await model.calls.editMessage(edited.id, text)
        if (thread.about.peek() === about) thread.about.value = undefined
      }),
  }
}
