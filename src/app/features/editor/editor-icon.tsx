// Icons that only the editor needs, drawn like those of the app.

const paths = {
  undo: 'M9 14 4 9l5-5M4 9h9a6 6 0 0 1 0 12h-3',
  redo: 'M15 14l5-5-5-5M20 9h-9a6 6 0 0 0 0 12h3',
  minus: 'M5 12h14',
  plus: 'M12 5v14M5 12h14',
  rotate: 'M19 12a7 7 0 1 1-2.2-5.1M19 4v4h-4',
  mirror: 'M12 3v18M8.5 7.5 4 17h4.5zM15.5 7.5 20 17h-4.5z',
} as const

export function EditorIcon({ name }: { readonly name: keyof typeof paths }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" width={20} height={20} aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  )
}
