// The settings as the person has just set them: shown at once, stored one after the other. What could not be stored falls
// back to what is, with a sentence. Nothing is disabled meanwhile, so the keyboard stays where it is.

import { useRef, useState } from 'preact/hooks'
import type { Settings, SettingsView } from '../../../messenger/api.ts'
import { errorText } from '../../error-text.ts'
import { useApp } from '../../state/context.ts'

export interface SettingsForm {
  /** Undefined: not read yet. */
  readonly settings: SettingsView | undefined
  readonly error: string | undefined
  readonly set: (change: Partial<Settings>) => void
}

export function useSettings(stored: SettingsView | undefined): SettingsForm {
  const { model } = useApp()
  /** What is not stored yet, the oldest first. */
  const [pending, setPending] = useState<readonly Partial<Settings>[]>([])
  const [error, setError] = useState<string>()
  const last = useRef(Promise.resolve())
  return {
    settings: stored && pending.reduce<SettingsView>((shown, change) => ({ ...shown, ...change }), stored),
    error,
    set(change) {
      setPending((changes) => [...changes, change])
      setError(undefined)
      last.current = last.current
        .then(async () => {
          await model.calls.setSettings(change)
          await model.refresh('settings')
        })
        .catch((failure: unknown) => setError(errorText(failure)))
        .finally(() => setPending((changes) => changes.filter((other) => other !== change)))
    },
  }
}
