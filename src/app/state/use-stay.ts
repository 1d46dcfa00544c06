// The browser asks before this tab is closed or loaded anew, and the lock waits, while a view holds what is nowhere else.

import { useEffect, useState } from 'preact/hooks'
import { useApp } from './context.ts'
import type { Holding } from './unsent.ts'

export function useStay(holding: Holding | undefined): void {
  const { gate, unsent } = useApp()
  const isNeeded = holding !== undefined
  const [holder] = useState({})
  useEffect(() => {
    unsent.hold(holder, holding)
    return () => unsent.hold(holder, undefined)
  }, [holding])
  useEffect(() => {
    if (!isNeeded) return undefined
    const ask = (event: Event) => {
      // A page that locks goes: nobody can keep it.
      if (gate.state.peek().kind !== 'locking') event.preventDefault()
    }
    addEventListener('beforeunload', ask)
    return () => removeEventListener('beforeunload', ask)
  }, [isNeeded])
}
