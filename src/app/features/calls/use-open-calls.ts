// The open calls of this person, read where they are shown, and again when somebody answers.

import { useEffect, useState } from 'preact/hooks'
import type { CallView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'

export interface OpenCalls {
  /** Undefined until first read. */
  readonly all: readonly CallView[] | undefined
  readonly refresh: () => Promise<void>
}

export function useOpenCalls(): OpenCalls {
  const { model } = useApp()
  const [all, setAll] = useState<readonly CallView[]>()
  const refresh = async () => setAll(await model.calls.openCalls())
  useEffect(() => {
    const read = () => void refresh().catch(() => undefined)
    read()
    return model.listen((event) => {
      // Names of who answered are those of contacts.
      const isOfCalls = event.kind === 'change' && (event.what === 'calls' || event.what === 'contacts')
      if (isOfCalls || event.kind === 'leader') read()
    })
  }, [])
  return { all, refresh }
}
