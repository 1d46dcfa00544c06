// One of a few values, in a list that opens.

import { useId } from 'preact/hooks'
import '../styles/choice.css'
import '../styles/select.css'

export function Choice<T extends string | number>({
  label,
  value,
  values,
  words,
  disabled = false,
  onChoose,
}: {
  readonly label: string
  readonly value: T
  readonly values: readonly T[]
  readonly words: (value: T) => string
  readonly disabled?: boolean
  readonly onChoose: (value: T) => void
}) {
  const id = useId()
  return (
    <div class="choice-row">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        class="field"
        disabled={disabled}
        value={value}
        onChange={(event) => {
          const chosen = values[event.currentTarget.selectedIndex]
          if (chosen !== undefined) onChoose(chosen)
        }}
      >
        {values.map((each) => (
          <option key={each} value={each} selected={each === value}>
            {words(each)}
          </option>
        ))}
      </select>
    </div>
  )
}
