// One asynchronous action of a view: whether it runs, and the sentence for its failure.

import { useRef, useState } from 'preact/hooks'
import { errorText, isCancelled } from '../error-text.ts'

export interface Task {
  readonly busy: boolean
  readonly error: string | undefined
  /** Does nothing while an earlier run goes on. */
  run(action: () => Promise<void>): void
}

export function useTask(): Task {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string>()
  const running = useRef(false)
  return {
    busy,
    error,
    run(action) {
      if (running.current) return
      running.current = true
      setBusy(true)
      setError(undefined)
      void action()
        .catch((failure: unknown) => {
          if (!isCancelled(failure)) setError(errorText(failure))
        })
        .finally(() => {
          running.current = false
          setBusy(false)
        })
    },
  }
}
