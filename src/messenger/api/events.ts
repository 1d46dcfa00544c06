// What a messenger tells by itself.

import type { MessageView, RecipientView } from './messages.ts'
import type { RequestView } from './invites.ts'
import type { TransferView } from './media.ts'
import type { TransferRendition } from './transfers.ts'

export interface MessengerEvents {
  /** A message arrived and is stored. */
  message: MessageView
  request: RequestView
  /** A recipient's state changed, or a message goes to one more. */
  state: { readonly messageId: string; readonly conversationId: string; readonly recipient: RecipientView }
  transfer: {
    readonly attachmentId: string
    readonly conversationId: string
    readonly transfer: TransferView
    readonly rendition: TransferRendition
  }
  /** A message is not what it was: a reaction, an edit, a view or a time that began or ended; or a `line` is new. Read it again. */
  view: { readonly messageId: string; readonly conversationId: string }
  presence: { readonly contactId: string; readonly direct: boolean }
  /** Its time was over: it is not on this device any more. */
  deleted: { readonly messageId: string; readonly conversationId: string }
  /** They write to me, or stopped; told over a direct connection alone, and over by itself after some seconds. */
  typing: { readonly conversationId: string; readonly contactId: string; readonly isTyping: boolean }
  /** Something a list shows changed: read it again. */
  change: {
    readonly what:
      | 'conversations'
      | 'posts'
      | 'calls'
      | 'requests'
      | 'contacts'
      | 'relays'
      | 'profile'
      | 'settings'
      | 'invites'
      | 'push'
      | 'vault'
    readonly id?: string
  }
  /** Something the person should know; never thrown away silently. */
  error: { readonly code: NoticeCode; readonly conversationId?: string }
}
export type NoticeCode =
  | 'undecryptable-message'
  | 'keys-changed' // see `ContactView.keys`
  | 'keys-conflict'
  | 'contact-cut-off' // this device has nothing left to hear them with: a new invite of theirs mends it
  | 'contact-unreadable' // nothing of theirs opens: it has an old copy of the keys, which an invite mends, or a relay is at fault
  | 'storage-full'
  | 'storage-damaged'
  | 'relay-lost-messages'

export interface TypedTarget<Events> {
  addEventListener<K extends keyof Events & string>(
    type: K,
    listener: (event: CustomEvent<Events[K]>) => void,
    options?: AddEventListenerOptions,
  ): void
  removeEventListener<K extends keyof Events & string>(type: K, listener: (event: CustomEvent<Events[K]>) => void): void
}
