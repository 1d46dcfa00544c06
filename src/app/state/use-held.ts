// The person stays where they are while a view holds what would be lost with it: what leads away asks them instead.

import { useEffect, useRef } from 'preact/hooks'
import { useApp } from './context.ts'

/** Undefined: nothing would be lost. */
export function useHeld(onLeave: (() => void) | undefined): void {
  const { router } = useApp()
  const latest = useRef(onLeave)
  latest.current = onLeave
  const isHeld = onLeave !== undefined
  useEffect(() => (isHeld ? router.hold(() => latest.current?.()) : undefined), [isHeld])
}
