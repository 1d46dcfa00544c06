// One message to many people, each in the conversation of the two.

import type { MessageDraft, SendOptions, SentMessage } from './messages.ts'

/**
 * Media is prepared once; then each of them gets a message of their own, in turn, with blobs and keys of its own: nothing in
 * it tells that there are others, or who. Who cannot be sent to does not stop the others.
 * @throws UsageError `unknown-contact` and `too-many-recipients` (at most 256), what `send` throws about the draft, and
 * MediaError: nothing is sent then
 */
export type Broadcast = (
  contactIds: readonly string[],
  draft: Pick<MessageDraft, 'text' | 'media' | 'view'>,
  options?: BroadcastOptions,
) => Promise<readonly BroadcastResult[]>

export interface BroadcastOptions extends Pick<SendOptions, 'onProgress'> {
  /**
   * Of each message, in the order of `contactIds`, as `SendOptions.id`: then a broadcast that was interrupted is made again
   * with the same ids, and goes to those who have not got it.
   */
  readonly ids?: readonly string[]
  /** Nobody gets it from then on; who has it keeps it. */
  readonly signal?: AbortSignal
}

export type BroadcastResult =
  | { readonly contactId: string; readonly sent: SentMessage }
  /** Nothing of it is on its way to them. */
  | { readonly contactId: string; readonly error: unknown }
