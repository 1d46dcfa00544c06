// People I know, and whom of them I follow.

export interface ContactsApi {
  list(): Promise<readonly ContactView[]>
  get(id: string): Promise<ContactView | undefined>
  /**
   * Closes the mailbox: nothing of theirs arrives any more, and their messages stay on this device. Nothing more goes to them,
   * and what they were asked and have not answered is taken back: to be a contact, to join a group, to be introduced, to let me
   * follow or join. What has left cannot be; a yes to it opens nothing. They follow me no more, and links for introductions
   * to them, or through them, are withdrawn.
   * @throws UsageError `unknown-contact`
   */
  block(id: string): Promise<void>
  /**
   * They may write again, at a new address, and hear that they do not follow me. Of what was taken back only my request is made again. @throws UsageError
   * `unknown-contact`
   */
  unblock(id: string): Promise<void>
  /**
   * Makes two contacts known to each other: the first is asked whether the second may write to them; the second gets a link if
   * so. Each decides for themselves. @throws UsageError `unknown-contact`
   */
  introduce(id: string, toId: string, options?: { readonly text?: string }): Promise<void>
  /**
   * Gives them a new address to write to, in place of the one that others may know of. This happens by itself every 30
   * days or so; nothing that they send is lost. Without effect while they have not used the last one.
   * @throws TransportError when my relay cannot be reached, or refuses; UsageError `unknown-contact`
   */
  renewAddress(id: string): Promise<void>
  /** What the two of you compare, to be sure that nobody sits between. */
  safetyNumber(id: string): Promise<SafetyNumber>
  /** Compares the text of the QR code that they show with what this device knows. Changes nothing. */
  compareCode(id: string, scanned: string): Promise<CodeResult>
  /** My own mark that their account is the right one; stays on this device. */
  setVerified(id: string, verified: boolean): Promise<void>
  /** The new keys are theirs: what waits goes out to them. Takes my mark back; the person compares again. */
  confirmKeys(id: string): Promise<void>
  /**
   * Who began anew without showing that they are the contact is not: what came from them is forgotten, and `changed` is
   * over. Another one who came meanwhile is shown next. Without effect when nobody waits.
   */
  rejectKeys(id: string): Promise<void>
}
export interface ContactView {
  readonly id: string
  readonly conversationId: string
  readonly name: string
  readonly fingerprint: string
  /** `asked`: my request waits for their answer. */
  readonly state: 'asked' | 'accepted' | 'blocked'
  readonly following: boolean
  /** They follow me: with my word, or they wait for it. */
  readonly followsMe: 'no' | 'asked' | 'approved'
  /** Whether they let me follow them; absent until they answer. */
  readonly approvesMe?: boolean
  /** A direct connection stands. */
  readonly direct: boolean
  /** I marked their account as compared and right. */
  readonly verified: boolean
  /**
   * `changed`: a device of theirs began anew, or is new. Stops sending to a verified contact until `confirmKeys`.
   * `conflict`: what they say about their devices contradicts itself. Stops sending to anybody until then.
   */
  readonly keys: 'known' | 'changed' | 'conflict'
  /**
   * Somebody with their account began anew without showing that they are the contact I know. What they write waits aside,
   * unread and unanswered: `confirmKeys` brings it into the conversation, `rejectKeys` forgets it. Absent when nobody
   * waits, or when the next word is about another change than theirs: that one has been read and cannot be refused.
   */
  readonly aside?: { readonly messages: number }
  /**
   * What the notices `contact-cut-off` and `contact-unreadable` are about, as long as it is so: this device has nothing left
   * to hear them with, or for an hour nothing of theirs has opened. A new invite of theirs, given to `invites.connect`,
   * mends the first, and the second unless a relay is at fault.
   */
  readonly trouble?: 'cut-off' | 'unreadable'
}

export interface SafetyNumber {
  /** 60 decimal digits, the same on both sides. */
  readonly digits: string
  /** Mine to show, as the text of a QR code; it differs from theirs. */
  readonly qr: string
}
export type CodeResult =
  /** Both know each other under the right key. */
  | 'match'
  /** They, but the code is for somebody else, or they know another key as mine. */
  | 'not-me'
  /** Whoever shows it is not this contact. */
  | 'not-them'
  | 'own' // my own code came back
  | 'newer' // made by a newer Safelight
  | 'no-code'

/** The list is this device's own. Whom I follow is told to them alone: they decide whether I get their posts. */
export interface FollowsApi {
  add(contactId: string): Promise<void>
  remove(contactId: string): Promise<void>
  /** Contact ids. */
  list(): Promise<readonly string[]>
  /** Who follows me, and who asked to and waits for my word. */
  followers(): Promise<readonly FollowerView[]>
  /** They get my posts. */
  approve(contactId: string): Promise<void>
  /** They do not, or no more. */
  decline(contactId: string): Promise<void>
  /** Every change of the list, the newest first. */
  history(): Promise<readonly FollowChange[]>
  /** Takes the newest change back; undefined where there was none. */
  undo(): Promise<FollowChange | undefined>
  /** The list with its history, as a JSON text that can be merged elsewhere. */
  export(): Promise<Uint8Array>
  /**
   * Merges another list, entry by entry: nothing is lost that is in either. Gives how many people are followed now who were
   * not, or the other way round. @throws UsageError `bad-file`
   */
  import(file: Uint8Array): Promise<number>
}

export interface FollowerView {
  readonly contactId: string
  readonly name: string
  readonly state: 'asked' | 'approved'
}

export interface FollowChange {
  /** Absent for somebody who is no contact on this device. */
  readonly contactId?: string
  readonly name: string
  readonly following: boolean
  readonly at: number
}
