// Filters and how strong they are.

import { Choices } from './choices.tsx'
import type { PhotoEdit } from './edit.ts'
import type { FilterName } from './filters.ts'
import { Slider } from './slider.tsx'

const filters: readonly { readonly value: FilterName; readonly name: string }[] = [
  { value: 'none', name: 'None' },
  { value: 'vivid', name: 'Vivid' },
  { value: 'warm', name: 'Warm' },
  { value: 'cool', name: 'Cool' },
  { value: 'faded', name: 'Faded' },
  { value: 'sepia', name: 'Sepia' },
  { value: 'mono', name: 'Mono' },
]

export function FilterTool({
  edit,
  onEdit,
}: {
  readonly edit: PhotoEdit
  readonly onEdit: (edit: PhotoEdit, gesture?: string) => void
}) {
  const percent = Math.round(edit.strength * 100)
  return (
    <>
      <Choices
        legend="Filter"
        name="filter"
        options={filters}
        value={edit.filter}
        onChange={(filter) => onEdit({ ...edit, filter })}
      />
      {edit.filter !== 'none' && (
        <Slider
          label="Strength"
          value={percent}
          min={0}
          max={100}
          words={`${percent} %`}
          onInput={(value) => onEdit({ ...edit, strength: value / 100 }, 'strength')}
        />
      )}
    </>
  )
}
