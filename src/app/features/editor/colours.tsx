// The colours of pens and letters.

import { Choices } from './choices.tsx'

export const colours = [
  { value: '#ffffff', name: 'White' },
  { value: '#111111', name: 'Black' },
  { value: '#e5322d', name: 'Red' },
  { value: '#f5871f', name: 'Orange' },
  { value: '#f7d038', name: 'Yellow' },
  { value: '#3aa655', name: 'Green' },
  { value: '#2f7de1', name: 'Blue' },
  { value: '#d84a9b', name: 'Pink' },
] as const

export function Colours({
  legend,
  name,
  value,
  onChange,
}: {
  readonly legend: string
  readonly name: string
  readonly value: string
  readonly onChange: (colour: string) => void
}) {
  return (
    <Choices
      legend={legend}
      name={name}
      look="swatches"
      value={value}
      onChange={onChange}
      options={colours.map((colour) => ({
        ...colour,
        shown: <span class="swatch-colour" style={{ '--swatch': colour.value }} />,
      }))}
    />
  )
}
