// The way into this tab: opening, open, or locked until somebody gives what opens the profile. Locking ends the page:
// the messenger is closed in the tab that owns it, and each tab is loaded anew, which drops every key, picture and word
// that its memory held.
//
//   opening ──► open ◄── another tab leads
//      │          │
//      ▼          ▼ locked by a person, by time, or the leading tab is gone
//   locked ◄── reload

import { signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import type { Messenger } from '../../messenger/api.ts'
import type { Unlock, VaultSecret, VaultWay } from '../../messenger/ports/vault.ts'
import type { AppError } from './app-error.ts'
import { toAppError } from './app-error.ts'
import type { TabClient } from './client.ts'

/** A messenger that does not close, because a disk or a network hangs, must not keep the page on the screen. */
const closeTimeoutMs = 3000

export type GateState =
  | { readonly kind: 'opening' | 'open' | 'locking' }
  | { readonly kind: 'locked'; readonly ways: readonly VaultWay[] }

export interface Gate {
  readonly state: ReadonlySignal<GateState>
  /** Why the messenger could not be opened in this tab, other than being locked. */
  readonly failure: ReadonlySignal<AppError | undefined>
  /** @throws AppError `storage/wrong-secret`, `storage/mistyped-words` */
  unlock(secret: VaultSecret): Promise<void>
  /** Locks every tab. */
  lock(): void
  fail(error: unknown): void
}

export interface GateEnvironment {
  readonly client: TabClient
  readonly openMessenger: (unlock: Unlock) => Promise<Messenger>
  /** Whether this tab has shown anything of the profile yet. */
  readonly hasShown: () => boolean
  readonly reload: () => void
}

export function createGate({ client, openMessenger, hasShown, reload }: GateEnvironment): Gate {
  const state = signal<GateState>({ kind: 'opening' })
  const failure = signal<AppError>()
  let messenger: Messenger | undefined
  let waiting = false

  const end = () => {
    state.value = { kind: 'locking' }
    reload()
  }

  /** Waits while another tab has the profile. @throws what keeps it closed, other than that nothing was given */
  const open = async (secret?: VaultSecret) => {
    let ways: readonly VaultWay[] = []
    waiting = true
    // Only the tab that owns the messenger needs it: it comes while that is opened.
    const leading = import('./leader.ts')
    leading.catch(() => undefined)
    try {
      const opened = await openMessenger((asked) => {
        ways = asked
        return secret
      })
      const { leaderCalls } = await leading.catch(async (error: unknown) => {
        await opened.close()
        throw error
      })
      // Locked meanwhile: this page is about to go.
      if (state.value.kind === 'locking') {
        await opened.close()
        return
      }
      messenger = opened
      client.lead((emit) => leaderCalls(opened, emit))
      state.value = { kind: 'open' }
    } catch (error) {
      if (state.value.kind === 'locking') return
      const { key } = toAppError(error)
      const isSecret = key === 'storage/wrong-secret' || key === 'storage/mistyped-words'
      if (key !== 'storage/sealed' && !isSecret) throw error
      // The tab that had the profile is gone, and its keys with it.
      if (hasShown()) return end()
      state.value = { kind: 'locked', ways }
      if (isSecret) throw error
    } finally {
      waiting = false
    }
  }
  const fail = (error: unknown) => (failure.value ??= toAppError(error))

  client.listen((event) => {
    if (event.kind === 'lock') void close()
    if (event.kind !== 'leader' || state.value.kind === 'locking') return
    state.value = { kind: 'open' }
    // To take over when that tab closes.
    if (messenger === undefined && !waiting) void open().catch(fail)
  })

  const close = async () => {
    if (state.value.kind === 'locking') return
    state.value = { kind: 'locking' }
    const timeout = new Promise((resolve) => setTimeout(resolve, closeTimeoutMs))
    await Promise.race([messenger?.vault.lock().catch(() => messenger?.close()), timeout]).catch(() => undefined)
    reload()
  }

  void open().catch(fail)
  return { state, failure, unlock: open, lock: () => client.lock(), fail }
}
