// Icons of media, apart from those that the first paint needs.

import { Strokes } from './icon.tsx'

const paths = {
  pause: 'M8.5 5.5v13M15.5 5.5v13',
  share: 'M12 15V4M8 7.5 12 3.5l4 4M6 11H5v9h14v-9h-1',
  pip: 'M5 5h14a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2zM12 12h6v4h-6z',
  file: 'M7 3.5h6.5L18 8v11a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 6 19V5a1.5 1.5 0 0 1 1-1.5zM13.5 3.5V8H18',
  voice: 'M12 14.5a3 3 0 0 0 3-3V6.5a3 3 0 0 0-6 0v5a3 3 0 0 0 3 3zM6 11.5a6 6 0 0 0 12 0M12 17.5V21',
  loop: 'M7 7h9a4 4 0 0 1 4 4M9.5 4.5 7 7l2.5 2.5M17 17H8a4 4 0 0 1-4-4M14.5 19.5 17 17l-2.5-2.5',
  once: 'M12 3a9 9 0 1 0 9 9M14.5 3.4A9 9 0 0 1 20.6 9.5M10 9.5l2.5-1.5v8',
  zoomIn: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 20 20M10.5 8v5M8 10.5h5',
} as const

export type MediaIconName = keyof typeof paths

export function MediaIcon({ name, size = 24 }: { readonly name: MediaIconName; readonly size?: number }) {
  return <Strokes name={name} path={paths[name]} size={size} />
}
