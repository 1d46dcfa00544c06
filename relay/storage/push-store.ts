// Where browsers are woken when something comes into a mailbox. See ../push/.

import type { Missing } from './store.ts'

export interface PushStore {
  /** Takes the place of what the device set before; undefined removes it. Beyond `devices`, the one set first goes. */
  set(
    mailboxId: Uint8Array,
    device: Uint8Array,
    endpoint: string | undefined,
    options: { readonly nowMs: number; readonly devices: number },
  ): Promise<'ok' | Missing>
  /** Each with the newest sequence of the mailbox. */
  find(mailboxId: Uint8Array): Promise<readonly { readonly endpoint: string; readonly newest: number }[]>
  /** Notes that it was woken for what these mailboxes hold, up to a sequence. */
  woken(endpoint: string, mailboxes: readonly { readonly id: Uint8Array; readonly newest: number }[]): Promise<void>
  /** Of all mailboxes. */
  forget(endpoint: string): Promise<void>
  /** What it was not woken for and is still there. Looks at `limit` subscriptions, so a page may be empty. */
  unwoken(options: { readonly after: number; readonly limit: number; readonly nowMs: number }): Promise<{
    readonly items: readonly { readonly endpoint: string; readonly id: Uint8Array; readonly newest: number }[]
    readonly after: number
    readonly more: boolean
  }>
}
