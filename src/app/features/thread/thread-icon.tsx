// Icons of what is done to messages, which come with it.

import { Strokes } from '../../ui/icon.tsx'

const paths = {
  reply: 'M10 6 4 12l6 6M4 12h10a6 6 0 0 1 6 6',
  passOn: 'M14 6l6 6-6 6M20 12H10a6 6 0 0 0-6 6',
  pin: 'M9 4h6l-.8 6.2 3.3 3.3H6.5l3.3-3.3zM12 13.5V20',
  unpin: 'M9 4h6l-.8 6.2 3.3 3.3H6.5l3.3-3.3zM12 13.5V20M4 4l16 16',
  smile: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8.5 14a4.3 4.3 0 0 0 7 0M9 9.5h.01M15 9.5h.01',
  takeBack: 'M4 9h10a5 5 0 0 1 0 10H9M8 5 4 9l4 4',
  life: 'M12 6.5a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM12 10v3.5l2.2 1.3M10 3h4',
} as const

export function ThreadIcon({ name, size = 18 }: { readonly name: keyof typeof paths; readonly size?: number }) {
  return <Strokes name={name} path={paths[name]} size={size} />
}
