// Pens and the eraser.

import { Choices } from './choices.tsx'
import { Colours } from './colours.tsx'
import type { Pen, Width } from './pen.ts'

export const widths: readonly { readonly value: Width; readonly name: string }[] = [
  { value: 'thin', name: 'Thin' },
  { value: 'medium', name: 'Medium' },
  { value: 'thick', name: 'Thick' },
]

export function DrawTool({ pen, onPen }: { readonly pen: Pen; readonly onPen: (pen: Pen) => void }) {
  return (
    <>
      <Choices
        legend="Pen or eraser"
        name="pen"
        options={[
          { value: 'pen', name: 'Pen' },
          { value: 'eraser', name: 'Eraser' },
        ]}
        value={pen.erases ? 'eraser' : 'pen'}
        onChange={(value) => onPen({ ...pen, erases: value === 'eraser' })}
      />
      <Choices
        legend="Width"
        name="pen-width"
        options={widths}
        value={pen.width}
        onChange={(width) => onPen({ ...pen, width })}
      />
      {!pen.erases && (
        <Colours
          legend="Colour"
          name="pen-colour"
          value={pen.colour}
          onChange={(colour) => onPen({ ...pen, colour })}
        />
      )}
    </>
  )
}
