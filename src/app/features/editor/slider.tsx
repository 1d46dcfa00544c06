// A number that is set by sliding, or by arrow keys.

import { useId } from 'preact/hooks'

export function Slider({
  label,
  value,
  min,
  max,
  step = 1,
  words,
  onInput,
}: {
  readonly label: string
  readonly value: number
  readonly min: number
  readonly max: number
  readonly step?: number
  /** The value as a person says it. */
  readonly words: string
  readonly onInput: (value: number) => void
}) {
  const id = useId()
  return (
    <div class="slider">
      <label htmlFor={id}>{label}</label>
      <span class="fine" aria-hidden="true">
        {words}
      </span>
      <input
        id={id}
        type="range"
        autocomplete="off"
        min={min}
        max={max}
        step={step}
        value={value}
        aria-valuetext={words}
        onInput={(event) => onInput(event.currentTarget.valueAsNumber)}
      />
    </div>
  )
}
