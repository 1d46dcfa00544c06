// Conversations of up to 32 people.

export interface GroupsApi {
  /**
   * Makes a group and asks these contacts to join: everybody sees whom else. Who follows me joins by themselves; others see
   * a request. What is written before they join goes to them when they do.
   * @throws UsageError `unknown-contact`, `bad-name`, `group-full` for more than 31 people
   */
  create(options: {
    readonly contactIds: readonly string[]
    /** Without it the names of its people. */
    readonly name?: string
    /** Shown with the request to join. */
    readonly text?: string
    /** Chosen by the caller, 64 hex digits from a secure random source: the same again gives the group that it made. */
    readonly seed?: string
  }): Promise<GroupView>
  get(id: string): Promise<GroupView | undefined>
  /** Asks more contacts to join. @throws UsageError `not-a-member`, `not-an-admin`, `group-full`, `unknown-contact` */
  invite(id: string, contactIds: readonly string[]): Promise<void>
  /** Nobody hears of it but the one who is no longer asked. */
  withdraw(id: string, fingerprint: string): Promise<void>
  /** @throws UsageError `not-an-admin`, `not-a-member` */
  remove(id: string, fingerprint: string): Promise<void>
  leave(id: string): Promise<void>
  /** @throws UsageError `bad-name`, `not-a-member` */
  rename(id: string, name: string): Promise<void>
  /** @throws UsageError `not-an-admin`, `not-a-member` */
  setAdmin(id: string, fingerprint: string, isAdmin: boolean): Promise<void>
  /**
   * A member becomes somebody that I write to alone; they see what I write as a request. Gives the id of the conversation.
   * @throws UsageError `unknown-contact` while there is no session with them, `blocked`
   */
  writeTo(id: string, fingerprint: string): Promise<string>
  /** Who may add people. @throws UsageError `not-an-admin` */
  setAdders(id: string, adders: 'admins' | 'members'): Promise<void>
}

export interface GroupView {
  /** Hash of its first operation, hex. */
  readonly id: string
  readonly conversationId: string
  readonly name: string
  /** I am in it. */
  readonly isMember: boolean
  readonly isAdmin: boolean
  /** I may ask people to join. */
  readonly mayInvite: boolean
  readonly adders: 'admins' | 'members'
  /** The most senior first. */
  readonly members: readonly GroupMember[]
  /** Whom I asked to join, and who has not answered. */
  readonly asked: readonly { readonly fingerprint: string; readonly name: string }[]
}

export interface GroupMember {
  readonly fingerprint: string
  /** As a contact of mine they have the name that I know; else the one they gave themselves. */
  readonly name: string
  /** Where I know them besides this group. */
  readonly contactId?: string
  readonly isAdmin: boolean
  readonly isMe: boolean
}

/** What happened in a group, between its messages. */
export type GroupLine =
  | { readonly kind: 'created'; readonly by: PersonName; readonly name: string }
  | { readonly kind: 'added' | 'removed'; readonly by: PersonName; readonly who: PersonName }
  | { readonly kind: 'left'; readonly who: PersonName }
  | { readonly kind: 'renamed'; readonly by: PersonName; readonly name: string }
  | { readonly kind: 'admin'; readonly by: PersonName; readonly who: PersonName; readonly isAdmin: boolean }

export interface PersonName {
  readonly name: string
  readonly isMe: boolean
}
