// Icons of taking pictures and recording, which come with the views that need them.

import { Strokes } from '../../ui/icon.tsx'

const paths = {
  voice: 'M12 15a3 3 0 0 0 3-3V6.5a3 3 0 0 0-6 0V12a3 3 0 0 0 3 3zM6 11.5a6 6 0 0 0 12 0M12 17.5V21M9 21h6',
  stop: 'M8 7h8a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1z',
  pause: 'M8.5 6v12M15.5 6v12',
  flip: 'M4 11a8 8 0 0 1 14-4.5L20 9M20 4v5h-5M20 13a8 8 0 0 1-14 4.5L4 15M4 20v-5h5',
  torch: 'M13 3 6 13h5l-1 8 8-11h-5.5z',
  undo: 'M8 5 4 9l4 4M4 9h10a5.5 5.5 0 0 1 0 11h-3',
} as const

export function CaptureIcon({ name, size = 24 }: { readonly name: keyof typeof paths; readonly size?: number }) {
  return <Strokes name={name} path={paths[name]} size={size} />
}
