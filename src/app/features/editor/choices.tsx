// One of a few, as radios side by side.

import type { ComponentChildren } from 'preact'

export function Choices<Value extends string>({
  legend,
  name,
  options,
  value,
  look = 'segments',
  onChange,
}: {
  readonly legend: string
  /** Of the radios: once in the page. */
  readonly name: string
  readonly options: readonly { readonly value: Value; readonly name: string; readonly shown?: ComponentChildren }[]
  readonly value: Value
  readonly look?: 'segments' | 'swatches'
  readonly onChange: (value: Value) => void
}) {
  return (
    <fieldset class="editor-choices">
      <legend class={look === 'segments' ? 'visually-hidden' : ''}>{legend}</legend>
      <div class={look}>
        {options.map((option) => (
          <label key={option.value} class={look === 'segments' ? 'segment' : 'swatch'}>
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            {option.shown ?? <span>{option.name}</span>}
            {option.shown !== undefined && <span class="visually-hidden">{option.name}</span>}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
