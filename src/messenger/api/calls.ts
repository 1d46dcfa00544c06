// Open calls: a link for everybody, whose first few answers get a conversation of their own.

export interface CallsApi {
  /**
   * A link that can be shown in public. The first `places` people who answer are accepted by themselves, in the order in
   * which their answers came to the relay, and are told `text`; everybody after them is told `overText`, and is no contact by
   * that: what they write waits as a request. Both are messages in the conversation of the two, so nobody sees who else
   * answered. The link is here and not among `invites`, and works until the call is decided: see `isDecided`. Up to 256 places, and 200 people who come too late;
   * then, or after `until` (a year from now at most), the link works no more. Who is a contact already has a conversation,
   * and gets no place.
   * @throws UsageError `bad-call`, `empty-message`, `text-too-long`; TransportError when the relay cannot be reached
   */
  create(draft: CallDraft): Promise<CallView>
  /** The newest first. */
  list(): Promise<readonly CallView[]>
  /**
   * One of them is told `text`, the others `othersText`, all at once; the call is over, and the link closed as soon as the relay
   * hears of it: `connect` is refused with `used` then, and who was on their way is told `overText`. The same again has no effect.
   * @throws UsageError `unknown-call`, `call-over`, `unknown-contact` for somebody without a place, and as `create`
   */
  pick(id: string, contactId: string, words: { readonly text: string; readonly othersText: string }): Promise<void>
  /** Over without a winner: as `pick`, and who has a place is told `text`. Without effect when it is over. @throws as `pick` */
  close(id: string, words: { readonly text: string }): Promise<void>
}

export interface CallDraft {
  readonly text: string
  readonly overText: string
  readonly places: number
  readonly until: number
}

export interface CallView extends CallDraft {
  readonly id: string
  readonly link: string
  readonly createdAt: number
  /** Nobody gets a place any more; until it is decided, who comes is told so. */
  readonly isOver: boolean
  /** Somebody was picked, or it was closed without a winner: everybody has been told, and the link is closed. */
  readonly isDecided: boolean
  /** Contact id of who was picked. */
  readonly picked?: string
  /** In the order in which they came. */
  readonly respondents: readonly Respondent[]
  /** How many came too late. */
  readonly late: number
}

export interface Respondent {
  readonly contactId: string
  readonly conversationId: string
  readonly name: string
  readonly at: number
}
