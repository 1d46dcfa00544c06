// Conversations of up to 32 people.

export interface GroupsApi {
  /**
   * Makes a group and asks these contacts to join: everybody sees whom else. Who follows me joins by themselves; others see
   * a request. What is written before they join goes to them when they do, as it is then; reactions and pins of before do not.
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
  /**
   * A JPEG of at most 24 KiB and 512 pixels a side, without metadata, as it is; undefined: none any more. Every member may, as
   * they may rename. @throws UsageError `bad-picture`, `not-a-member`
   */
  setPicture(id: string, picture: Uint8Array | undefined): Promise<void>
  /** The one that `GroupView.picture` names. */
  picture(id: string): Promise<Uint8Array | undefined>
  /**
   * Makes a link by which people ask to join; one of before works no more. 100 people can ask by it, within 30 days. Who asks is
   * seen by this admin alone (`GroupView.askers`), who decides. @throws UsageError `not-an-admin`; TransportError
   */
  createLink(id: string): Promise<GroupLinkView>
  /** It works no more. Who has asked by it still waits for a word. */
  closeLink(id: string): Promise<void>
  /** They are asked in, and join by themselves. @throws UsageError `unknown-request`, `not-an-admin`, `group-full` */
  acceptAsker(id: string, contactId: string): Promise<void>
  /** Forgets that they asked; they are not told. @throws UsageError `unknown-request` */
  refuseAsker(id: string, contactId: string): Promise<void>
  /** Reads a link without using it; no network. @throws InviteError */
  inspectLink(link: string): Promise<GroupLinkPreview>
  /** Asks by a link of somebody else's. Safe to repeat. @throws as `invites.connect` */
  askToJoin(link: string, options?: { readonly text?: string }): Promise<GroupAskView>
  /** Where I asked and am not in, the newest first. */
  asks(): Promise<readonly GroupAskView[]>
  forgetAsk(groupId: string): Promise<void>
}

export interface GroupLinkView {
  readonly link: string
  readonly expiresAt: number
}

export interface GroupLinkPreview {
  readonly groupId: string
  /** As claimed by the link; unverified. */
  readonly name: string
  /** Whose link it is; unverified too. */
  readonly invitedBy: string
  readonly fingerprint: string
  readonly relay: string
  readonly expiresAt: number
  /** Where I am in that group. */
  readonly conversationId?: string
}

export interface GroupAskView {
  readonly groupId: string
  /** As claimed by the link; unverified. */
  readonly name: string
  readonly at: number
  /** None yet; else it has 32 people, or its link was closed. */
  readonly answer?: 'full' | 'closed'
  /** I am in it. */
  readonly conversationId?: string
}

export interface GroupAsker {
  readonly contactId: string
  /** As claimed by them, unless they are a contact. */
  readonly name: string
  readonly fingerprint: string
  readonly text?: string
  readonly at: number
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
  /** Hash of its picture, hex. It may come later: see `GroupsApi.picture`. */
  readonly picture?: string
  /** Of mine, while it is open. */
  readonly link?: GroupLinkView
  /** Who asked me to join, the oldest first. */
  readonly askers: readonly GroupAsker[]
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
  | { readonly kind: 'picture'; readonly by: PersonName; readonly isThere: boolean }
  | { readonly kind: 'admin'; readonly by: PersonName; readonly who: PersonName; readonly isAdmin: boolean }

export interface PersonName {
  readonly name: string
  readonly isMe: boolean
}
