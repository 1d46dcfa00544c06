// People I know, and whom of them I follow.

export interface ContactsApi {
  list(): Promise<readonly ContactView[]>
  get(id: string): Promise<ContactView | undefined>
  /** Closes the mailbox: nothing of this contact arrives any more. Their messages stay on this device. */
  block(id: string): Promise<void>
  unblock(id: string): Promise<void>
}
export interface ContactView {
  readonly id: string
  readonly conversationId: string
  readonly name: string
  readonly fingerprint: string
  /** `asked`: my request waits for their answer. */
  readonly state: 'asked' | 'accepted' | 'blocked'
  readonly following: boolean
  /** A direct connection stands. */
  readonly direct: boolean
}

export interface FollowsApi {
  add(contactId: string): Promise<void>
  remove(contactId: string): Promise<void>
  /** Contact ids. */
  list(): Promise<readonly string[]>
}
