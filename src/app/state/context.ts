// What every view may reach: the model, where the person is, and fresh ids.

import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { ReadonlySignal } from '@preact/signals'
import type { AppError } from './app-error.ts'
import type { MediaReader } from './media.ts'
import type { Model } from './model.ts'
import type { Router } from './route.ts'

export interface App {
  readonly model: Model
  readonly router: Router
  /** Why the messenger could not be opened in this tab. */
  readonly failure: ReadonlySignal<AppError | undefined>
  readonly media: MediaReader
  /** 32 hex digits from a secure random source. */
  newId(): string
}

export const AppContext = createContext<App | undefined>(undefined)

export function useApp(): App {
  const app = useContext(AppContext)
  if (app === undefined) throw new Error('a view outside of the app')
  return app
}
