// The browser asks before this tab is closed or loaded anew, while it holds what is nowhere else.

import { useEffect } from 'preact/hooks'
import { useApp } from './context.ts'

export function useStay(isNeeded: boolean): void {
  const { gate } = useApp()
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
