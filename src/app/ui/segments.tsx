// One of a few, side by side: radio buttons of the browser's own, drawn as one bar. Belongs in a `fieldset`.

import '../styles/segments.css'

export function Segments<T extends string>({
  name,
  choices,
  value,
  onChange,
}: {
  /** Of the group, within the page. */
  readonly name: string
  readonly choices: readonly { readonly value: T; readonly name: string }[]
  /** Undefined: none. */
  readonly value: T | undefined
  readonly onChange: (value: T) => void
}) {
  return (
    <div class="segments">
      {choices.map((choice) => (
        <label key={choice.value} class="segment">
          <input
            type="radio"
            name={name}
            value={choice.value}
            checked={choice.value === value}
            onChange={() => onChange(choice.value)}
          />
          <span>{choice.name}</span>
        </label>
      ))}
    </div>
  )
}
