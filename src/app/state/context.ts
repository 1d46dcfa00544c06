// What every view may reach: the model, where the person is, and fresh ids.

import { createContext } from 'preact'
import type { ReadonlySignal } from '@preact/signals'
import { useContext } from 'preact/hooks'
import type { Passkey, VaultSecret, VaultWay } from '../../messenger/ports/vault.ts'
import type { Gate } from './gate.ts'
import type { MediaReader } from './media.ts'
import type { MediaTools } from './media-tools.ts'
import type { Model } from './model.ts'
import type { PushAccess } from './push-access.ts'
import type { Router } from './route.ts'
import type { Unsent } from './unsent.ts'

/** Prompts of the browser: in the tab where the person is. @throws PasskeyError */
export interface Passkeys {
  areOffered(): Promise<boolean>
  create(): Promise<Passkey>
  use(ways: readonly VaultWay[]): Promise<VaultSecret>
}

/** Over a page that nobody has used for a while, and that cannot be locked yet. */
export interface Cover {
  /** When it is locked all the same. Undefined: nothing is covered. */
  readonly lockAt: ReadonlySignal<number | undefined>
  lift(): void
}

export interface App {
  readonly model: Model
  readonly router: Router
  readonly gate: Gate
  readonly unsent: Unsent
  readonly cover: Cover
  /** Absent where the page knows none. */
  readonly passkeys: Passkeys | undefined
  /** Absent where the page knows none; gives undefined where the browser has none. */
  readonly push: (() => Promise<PushAccess | undefined>) | undefined
  readonly media: MediaReader
  /** What is absent is done without. */
  readonly tools: Partial<MediaTools>
  /** 32 hex digits from a secure random source. */
  newId(): string
}

export const AppContext = createContext<App | undefined>(undefined)

export function useApp(): App {
  const app = useContext(AppContext)
  if (app === undefined) throw new Error('a view outside of the app')
  return app
}
