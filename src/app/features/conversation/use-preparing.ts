// How far the media of something are that this tab sends, 0 to 1.

import { useEffect, useState } from 'preact/hooks'
import { useApp } from '../../state/context.ts'
import type { Preparation } from './preparing-ring.tsx'

const unbegun: Preparation = { fraction: 0 }

/** `id`: under which it is sent. `begin` is called with each attempt. */
export function usePreparing(id: string): Preparation & { readonly begin: () => void } {
  const { model } = useApp()
  const [preparation, setPreparation] = useState(unbegun)
  useEffect(
    () =>
      model.listen((event) => {
        if (event.kind === 'preparing' && event.messageId === id) setPreparation(event)
      }),
    [id],
  )
  const { fraction, stage } = preparation
  return { fraction, stage, begin: () => setPreparation(unbegun) }
}
