// A photo on the stage, to enlarge and to move.

import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Attachment } from '../../../messenger/api.ts'
import type { MediaUrl } from '../conversation/use-media-url.ts'
import { listenForGestures } from './gestures.ts'
import type { Zoom } from './zoom.ts'
import { kept, moveBy, wholePicture, zoomAt } from './zoom.ts'

const keyStep = 1.5
const keyMovePx = 80
const middle = { x: 0, y: 0 }

export function Photo({
  attachment,
  picture: { url, retry },
  onSwipe,
}: {
  readonly attachment: Attachment
  readonly picture: MediaUrl
  readonly onSwipe: (direction: -1 | 1) => void
}) {
  const { width, height, altText, caption } = attachment
  const stage = useRef<HTMLDivElement>(null)
  const image = useRef<HTMLImageElement>(null)
  const swipe = useRef(onSwipe)
  swipe.current = onSwipe
  const zoom = useRef<Zoom>(wholePicture)
  useLayoutEffect(() => {
    const place = stage.current
    if (place === null) return undefined
    const set = (next: Zoom) => {
      const size = { width: place.clientWidth, height: place.clientHeight }
      zoom.current = kept(next, size, { width, height })
      const { scale, x, y } = zoom.current
      if (image.current !== null) image.current.style.transform = `translate(${x}px, ${y}px) scale(${scale})`
      place.dataset['zoomed'] = String(scale > 1)
    }
    const onKeyDown = (event: KeyboardEvent) => {
      const next = keyed(zoom.current, event.key)
      if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return
      // Here and not where arrows lead to the next one.
      event.stopPropagation()
      event.preventDefault()
      set(next)
    }
    document.addEventListener('keydown', onKeyDown, true)
    const resized = new ResizeObserver(() => set(zoom.current))
    resized.observe(place)
    const target = { zoom: () => zoom.current, set, swipe: (direction: -1 | 1) => swipe.current(direction) }
    const endGestures = listenForGestures(place, target, true)
    return () => {
      document.removeEventListener('keydown', onKeyDown, true)
      resized.disconnect()
      endGestures()
    }
  }, [width, height])
  return (
    <div class="stage-zoom" ref={stage}>
      {url !== undefined && (
        <img
          ref={image}
          class="stage-media"
          src={url}
          alt={altText ?? caption ?? 'Photo'}
          width={width}
          height={height}
          draggable={false}
          onError={retry}
        />
      )}
    </div>
  )
}

function keyed(zoom: Zoom, key: string): Zoom | undefined {
  switch (key) {
    case '+':
    case '=':
      return zoomAt(zoom, keyStep, middle)
    case '-':
      return zoomAt(zoom, 1 / keyStep, middle)
    case '0':
      return wholePicture
  }
  if (zoom.scale === 1) return undefined
  // What is enlarged is moved; at its edge, too, one first goes back to all of it.
  switch (key) {
    case 'ArrowLeft':
      return moveBy(zoom, keyMovePx, 0)
    case 'ArrowRight':
      return moveBy(zoom, -keyMovePx, 0)
    case 'ArrowUp':
      return moveBy(zoom, 0, keyMovePx)
    case 'ArrowDown':
      return moveBy(zoom, 0, -keyMovePx)
    default:
      return undefined
  }
}
