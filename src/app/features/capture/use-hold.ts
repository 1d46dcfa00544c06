// A button that works while it is held, and also by a tap to begin and another to end: for hands that cannot hold, and
// for keyboards.

import { useRef, useState } from 'preact/hooks'

/** A press that is shorter than this is a tap. */
const tapMs = 350

export interface Hold {
  readonly isActive: boolean
  readonly begin: () => void
  readonly end: () => void
  /** How far the pointer went from where it was pressed, in pixels, while it is held. */
  readonly onSlide?: (x: number, y: number) => void
}

interface Press {
  readonly pointerId: number
  readonly x: number
  readonly y: number
  readonly at: number
}

export function useHold({ isActive, begin, end, onSlide }: Hold) {
  const press = useRef<Press | undefined>(undefined)
  const [isHeld, setHeld] = useState(false)
  const letGo = () => {
    press.current = undefined
    setHeld(false)
  }
  return {
    isHeld,
    /** From here on it goes on without being held. */
    letGo,
    handlers: {
      onPointerDown(event: PointerEvent) {
        if (event.button !== 0) return
        if (isActive) return end()
        if (event.currentTarget instanceof Element) event.currentTarget.setPointerCapture(event.pointerId)
        press.current = { pointerId: event.pointerId, x: event.clientX, y: event.clientY, at: event.timeStamp }
        setHeld(true)
        begin()
      },
      onPointerMove(event: PointerEvent) {
        const { current } = press
        if (current?.pointerId === event.pointerId) onSlide?.(event.clientX - current.x, event.clientY - current.y)
      },
      onPointerUp(event: PointerEvent) {
        const { current } = press
        if (current?.pointerId !== event.pointerId) return
        letGo()
        if (event.timeStamp - current.at >= tapMs) end()
      },
      onPointerCancel() {
        if (press.current === undefined) return
        letGo()
        end()
      },
      /** Only of keyboards and assistive technology; a pointer has said it all before. */
      onClick(event: MouseEvent) {
        if (event.detail !== 0) return
        if (isActive) end()
        else begin()
      },
      // A long press opens a menu elsewhere.
      onContextMenu(event: Event) {
        event.preventDefault()
      },
    },
  }
}
