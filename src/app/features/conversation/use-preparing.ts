// How far the media of something are that this tab sends, 0 to 1.

import { useEffect, useState } from 'preact/hooks'
import { useApp } from '../../state/context.ts'

/** `id`: under which it is sent. `begin` is called with each attempt. */
export function usePreparing(id: string): { readonly fraction: number; readonly begin: () => void } {
  const { model } = useApp()
  const [fraction, setFraction] = useState(0)
  useEffect(
    () =>
      model.listen((event) => {
        if (event.kind === 'preparing' && event.messageId === id) setFraction(event.fraction)
      }),
    [id],
  )
  return { fraction, begin: () => setFraction(0) }
}
