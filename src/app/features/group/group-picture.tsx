// A picture for a group, made of a photo that is chosen.

import { useRef } from 'preact/hooks'
import type { GroupView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { Alert } from '../../ui/alert.tsx'
import { useTask } from '../../ui/use-task.ts'
import { groupPictureFrom } from './make-picture.ts'

export function GroupPicture({ group: { id, picture } }: { readonly group: GroupView }) {
  const { model, tools } = useApp()
  const input = useRef<HTMLInputElement>(null)
  const task = useTask()
  return (
    <>
      <input
        ref={input}
        type="file"
        class="visually-hidden"
        aria-label="Group picture"
        accept="image/*"
        tabIndex={-1}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0]
          event.currentTarget.value = ''
          if (file !== undefined)
            task.run(async () => model.calls.setGroupPicture(id, await groupPictureFrom(file, tools.look)))
        }}
      />
      <button type="button" class="button button-small" disabled={task.busy} onClick={() => input.current?.click()}>
        {picture === undefined ? 'Add picture' : 'Change picture'}
      </button>
      {picture !== undefined && (
        <button
          type="button"
          class="button button-small"
          disabled={task.busy}
          onClick={() => task.run(() => model.calls.setGroupPicture(id, undefined))}
        >
          Remove picture
        </button>
      )}
      {task.error !== undefined && <Alert>{task.error}</Alert>}
    </>
  )
}
