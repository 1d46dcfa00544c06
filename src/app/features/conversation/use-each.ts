// What is asked of each file, as it comes; undefined for those that give no answer. Empty until all have answered.

import { useEffect, useRef, useState } from 'preact/hooks'

export function useEach<T>(
  files: readonly Blob[],
  /** Asked anew when it changes, or the files do. */
  about: unknown,
  ask: (file: Blob, at: number) => Promise<T | undefined> | undefined,
): readonly (T | undefined)[] {
  const [answers, setAnswers] = useState<readonly (T | undefined)[]>([])
  const same = useRef(files)
  if (files.length !== same.current.length || files.some((file, at) => file !== same.current[at])) same.current = files
  useEffect(() => {
    let isOver = false
    setAnswers([])
    const one = async (file: Blob, at: number) => {
      try {
        return await ask(file, at)
      } catch {
        // It says why when it is sent.
        return undefined
      }
    }
    void Promise.all(files.map(one)).then((all) => {
      if (!isOver) setAnswers(all)
    })
    return () => {
      isOver = true
    }
  }, [about, same.current])
  return answers
}
