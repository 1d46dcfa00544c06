// The browser asks before this tab is closed or loaded anew, and the lock waits, while a view holds what is nowhere else.

import { useEffect, useState } from 'preact/hooks'
import { useApp } from './context.ts'
import type { Holding } from './unsent.ts'

/** `keeper`: what a view holds is kept under it when the view goes. Without it, that is lost with the view. */
export function useStay(holding: Holding | undefined, keeper?: object): void {
  const { unsent } = useApp()
  const [own] = useState({})
  useEffect(() => {
    unsent.hold(keeper ?? own, holding)
    return keeper === undefined ? () => unsent.hold(own, undefined) : undefined
  }, [holding])
}
