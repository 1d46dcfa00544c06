// Words that somebody is told, in a field of their own.

import { useId } from 'preact/hooks'

export function Words({
  label,
  hint,
  text,
  onText,
}: {
  readonly label: string
  readonly hint?: string
  readonly text: string
  readonly onText: (text: string) => void
}) {
  const id = useId()
  return (
    <div class="call-words">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        autocomplete="off"
        class="field"
        dir="auto"
        rows={2}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        value={text}
        onInput={(event) => onText(event.currentTarget.value)}
      />
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  )
}
