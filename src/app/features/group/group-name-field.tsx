// What a group is called, as it is typed.

import { useId } from 'preact/hooks'
import { groupNameLength } from './limits.ts'

export function GroupNameField({
  label,
  name,
  onName,
}: {
  readonly label: string
  readonly name: string
  readonly onName: (name: string) => void
}) {
  const id = useId()
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        class="field"
        dir="auto"
        autocomplete="off"
        maxLength={groupNameLength}
        value={name}
        onInput={(event) => onName(event.currentTarget.value)}
      />
    </>
  )
}
