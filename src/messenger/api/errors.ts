// Refusals that are the caller's to mend.

export type UsageErrorCode =
  | 'unknown-conversation'
  | 'unknown-message'
  | 'unknown-contact'
  | 'too-many-recipients'
  | 'unknown-request'
  | 'nothing-signed'
  | 'unknown-call'
  | 'call-over'
  | 'bad-call'
  | 'unknown-attachment'
  | 'not-yours'
  | 'not-a-member'
  | 'not-an-admin'
  | 'group-full'
  | 'bad-picture'
  | 'bad-file'
  | 'bad-timer'
  | 'bad-reaction'
  | 'bad-mention'
  | 'too-many-messages'
  | 'empty-message'
  | 'text-too-long'
  | 'too-many-attachments'
  | 'bad-view'
  | 'no-view'
  | 'view-only'
  | 'view-waiting'
  | 'view-open'
  | 'view-over'
  | 'media-not-here'
  | 'bad-name'
  | 'bad-relay-url'
  | 'bad-endpoint'
  | 'bad-passphrase'
  | 'no-passphrase'
  | 'unknown-slot'
  | 'too-many-passkeys'
  | 'last-relay'
  | 'blocked'
  | 'failed'
  | 'closed'
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly code: UsageErrorCode
  constructor(code: UsageErrorCode, options?: ErrorOptions) {
    super(`usage: ${code}`, options)
    this.code = code
  }
}
