// Keeps what is being typed, a moment after the last letter, and at once when the page or the view goes.

import { useEffect, useRef } from 'preact/hooks'

const delayMs = 300

export interface DelayedSave {
  /** What is not saved yet. */
  waiting(): string | undefined
  later(text: string): void
  now(): void
  /** What waits is not saved. */
  drop(): void
}

export function useDelayedSave(save: (text: string) => void): DelayedSave {
  const unsaved = useRef<string | undefined>(undefined)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const drop = () => {
    clearTimeout(timer.current)
    unsaved.current = undefined
  }
  const now = () => {
    const text = unsaved.current
    drop()
    if (text !== undefined) save(text)
  }
  useEffect(() => {
    addEventListener('pagehide', now)
    return () => {
      removeEventListener('pagehide', now)
      now()
    }
  }, [])
  return {
    waiting: () => unsaved.current,
    later(text) {
      unsaved.current = text
      clearTimeout(timer.current)
      timer.current = setTimeout(now, delayMs)
    },
    now,
    drop,
  }
}
