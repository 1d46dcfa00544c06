// The app's own icons: strokes on a 24-unit grid. Always next to a name, so hidden from assistive technology.

const paths = {
  chats:
    'M4 6.5A2.5 2.5 0 0 1 6.5 4h11A2.5 2.5 0 0 1 20 6.5v7a2.5 2.5 0 0 1-2.5 2.5H11l-4.2 3.6a.5.5 0 0 1-.8-.4V16A2 2 0 0 1 4 14z',
  requests: 'M10 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM3 20c.6-3.4 3.3-5.5 7-5.5 1.5 0 2.8.3 3.9 1M18 14v6M15 17h6',
  posts:
    'M9.2 3.4a9 9 0 0 1 5.6 0M18.2 5.5a9 9 0 0 1 2.7 4.9M20.6 14.7a9 9 0 0 1-3.3 4.6M13.5 20.9a9 9 0 0 1-5.5-.8M4.6 17.1a9 9 0 0 1-1.6-5.1M4 7.9a9 9 0 0 1 1.7-2.3M12 15.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z',
  profile: 'M12 12.5a4.25 4.25 0 1 0 0-8.5 4.25 4.25 0 0 0 0 8.5zM4 20.5c.8-3.7 3.9-5.5 8-5.5s7.2 1.8 8 5.5',
  settings:
    'M4 7h9M17 7h3M4 17h3M11 17h9M15 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM9 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z',
  compose: 'M12 5v14M5 12h14',
  back: 'M15 5l-7 7 7 7',
  forward: 'M9 5l7 7-7 7',
  close: 'M6 6l12 12M18 6 6 18',
  addMedia:
    'M20 12.5V17a3 3 0 0 1-3 3H7a3 3 0 0 1-3-3V7a3 3 0 0 1 3-3h4.5M4.5 17.5 9 12.5l3.5 3.5 2.5-2.5 4.5 4.5M18 3v6M15 6h6',
  camera:
    'M4 9a2 2 0 0 1 2-2h1.7a1 1 0 0 0 .84-.46l.92-1.4A1 1 0 0 1 10.3 4.7h3.4a1 1 0 0 1 .84.44l.92 1.4a1 1 0 0 0 .84.46H18a2 2 0 0 1 2 2v8.5a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2zM12 16.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z',
  send: 'M12 19V5M6 11l6-6 6 6',
  more: 'M5.5 12h.01M12 12h.01M18.5 12h.01',
  play: 'M8 5.5v13l10.5-6.5z',
  save: 'M12 4v11M7 10.5l5 5 5-5M5 20h14',
  alert: 'M12 8v5M12 16.5h.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z',
  shield: 'M12 3l7 2.5v6c0 4.5-3 7.7-7 9.5-4-1.8-7-5-7-9.5v-6zM9 12l2.2 2.2L15.2 10',
  scan: 'M4 8V6a2 2 0 0 1 2-2h2M16 4h2a2 2 0 0 1 2 2v2M20 16v2a2 2 0 0 1-2 2h-2M8 20H6a2 2 0 0 1-2-2v-2M5 12h14',
  picture:
    'M6 4h12a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2zM4.5 17l5-5 4 4 2.5-2.5 3.5 3.5M15.5 8.5h.01',
  block: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM5.7 5.7l12.6 12.6',
  link: 'M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1',
  copy: 'M9 9h9a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2h-7a2 2 0 0 1-2-2zM15 9V6a2 2 0 0 0-2-2H6a2 2 0 0 0-2 2v7a2 2 0 0 0 2 2h3',
  trash: 'M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7M10.5 11v5M13.5 11v5',
  retry: 'M19 12a7 7 0 1 1-2.2-5.1M19 4v4h-4',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 20 20',
  info: 'M12 11v5.5M12 7.5h.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z',
  direct: 'M13 3 5 13.5h5.5L10 21l8.5-11H13z',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  down: 'M12 5v14M6 13l6 6 6-6',
  edit: 'M4 20l1-4L16 5l3 3L8 19z',
  muted: 'M6 17V11a6 6 0 0 1 12 0v6zM10 20h4M4 4l16 16',
} as const

export type IconName = keyof typeof paths

export function Icon({ name, size = 24 }: { readonly name: IconName; readonly size?: number }) {
  return <Strokes name={name} path={paths[name]} size={size} />
}

/** An icon whose strokes come with the part of the app that it belongs to. */
export function Strokes({
  name,
  path,
  size = 24,
}: {
  readonly name: string
  readonly path: string
  readonly size?: number
}) {
  return (
    <svg
      class={`icon icon-${name}`}
      viewBox="0 0 24 24"
      width={size}
      height={size}
      aria-hidden="true"
      focusable="false"
    >
      <path d={path} />
    </svg>
  )
}

/** A lamp over film: the app's mark. */
export function Mark({ size = 28 }: { readonly size?: number }) {
  return (
    <svg class="mark" viewBox="0 0 32 32" width={size} height={size} aria-hidden="true" focusable="false">
      <circle class="mark-glow" cx="16" cy="16" r="15" />
      <circle class="mark-lamp" cx="16" cy="16" r="8.5" />
      <path class="mark-shine" d="M11.6 14.2a5 5 0 0 1 3.2-3" />
    </svg>
  )
}
