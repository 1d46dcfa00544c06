// How large an element is on the screen, kept up to date.

import type { RefObject } from 'preact'
import { useLayoutEffect, useState } from 'preact/hooks'
import type { Size } from './edit.ts'

export function useScreenSize(element: RefObject<HTMLElement | null>): Size {
  const [size, setSize] = useState<Size>({ width: 1, height: 1 })
  useLayoutEffect(() => {
    const { current } = element
    if (current === null) return
    const measure = () =>
      setSize({ width: Math.max(1, current.clientWidth), height: Math.max(1, current.clientHeight) })
    const observer = new ResizeObserver(measure)
    observer.observe(current)
    measure()
    return () => observer.disconnect()
  }, [])
  return size
}
