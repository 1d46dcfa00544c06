// What is asked of each file, as it comes; undefined for those that give no answer. Empty until all have answered.

import { useEffect, useRef, useState } from 'preact/hooks'

export function useEach<T>(
  files: readonly Blob[],
  /** Asked anew when it changes, or the files do. */
  about: unknown,
  /** The signal: nobody waits for it any more. */
  ask: (file: Blob, at: number, signal: AbortSignal) => Promise<T | undefined> | undefined,
): readonly (T | undefined)[] {
  const [answers, setAnswers] = useState<readonly (T | undefined)[]>([])
  const same = useRef(files)
  if (files.length !== same.current.length || files.some((file, at) => file !== same.current[at])) same.current = files
  useEffect(() => {
    const controller = new AbortController()
    const { signal } = controller
    setAnswers([])
    const one = async (file: Blob, at: number) => {
      try {
        return await ask(file, at, signal)
      } catch {
        // It says why when it is sent.
        return undefined
      }
    }
    void Promise.all(files.map(one)).then((all) => {
      if (!signal.aborted) setAnswers(all)
    })
    return () => controller.abort()
  }, [about, same.current])
  return answers
}
