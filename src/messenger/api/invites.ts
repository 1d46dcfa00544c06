// Links that let somebody ask, and the requests that come of them.

import type { ContactView } from './contacts.ts'
import type { Attachment } from './media.ts'

export interface InvitesApi {
  /**
   * Makes a link. One use and 7 days by default; for one use 30 days at most, for up to 1,000 uses a year. What it needs
   * at the relay is renewed while this messenger runs: a link whose owner is away for more than a week works again when
   * they are back. @throws TransportError when the relay cannot be reached
   */
  create(options?: { readonly uses?: number; readonly expiresInMs?: number }): Promise<Invite>
  list(): Promise<readonly InviteView[]>
  revoke(id: string): Promise<void>
  /** Reads a link without using it; no network. @throws InviteError */
  inspect(link: string): InvitePreview
  /**
   * Sends a contact request. Resolves when it is stored on this device and handed to the relay.
   * The same link again returns the same contact. `anew`: somebody whom I have already is asked as if I were new to them,
   * for when nothing of mine arrives there; they see a change of keys. @throws InviteError, TransportError
   */
  connect(
    link: string,
    options?: { readonly text?: string; readonly signal?: AbortSignal; readonly anew?: boolean },
  ): Promise<ContactView>
}
export interface Invite extends InviteView {
  revoke(): Promise<void>
}
export interface InviteView {
  readonly id: string
  readonly link: string
  readonly uses: number
  readonly used: number
  readonly expiresAt: number
}
export interface InvitePreview {
  /** As claimed by the link; unverified. */
  readonly name: string
  readonly relay: string
  readonly expiresAt: number
  readonly fingerprint: string
  /** How many people it is for, as claimed by the link: more than one for an open call and other addresses. */
  readonly uses: number
}
export type InviteErrorCode =
  | 'broken' // not an invite, or damaged on the way
  | 'version' // made by a newer Safelight
  | 'expired'
  | 'used' // already used, or withdrawn
  | 'own' // your own invite
  | 'away' // whoever made it was not there for more than a week; it works again when they are
  | 'clock' // it was made more than a day from now: this device's clock is wrong, or theirs was
  | 'forged' // what the relay holds does not belong to the link
export class InviteError extends Error {
  override readonly name = 'InviteError'
  readonly code: InviteErrorCode
  constructor(code: InviteErrorCode, options?: ErrorOptions) {
    super(`invite: ${code}`, options)
    this.code = code
  }
}

export interface RequestsApi {
  /**
   * What waits for my word, the newest first; with `ignored` what I do not want to see. While nobody may write to me (see
   * `Settings.whoMayWrite`) there is nothing: what comes is kept and shown when that is over.
   */
  list(options?: { readonly ignored?: boolean }): Promise<readonly RequestView[]>
  /** Becomes a contact with a conversation. Does not follow. */
  accept(id: string): Promise<ContactView>
  /**
   * Puts it out of sight, with all that this account asks later, until it is taken back; of a group, with every invitation to it, of
   * an introduction, with all of that person by that contact. Nobody is told.
   */
  ignore(id: string, isIgnored?: boolean): Promise<void>
  /** Forgets the request; the sender is not told. */
  delete(id: string): Promise<void>
  /**
   * Deletes it and never hears from this account again; of a group, from the contact who asks, whose other invitations are
   * deleted too. @throws UsageError `unknown-request`
   */
  block(id: string): Promise<void>
  /**
   * What they wrote before they were accepted, with their signature, as a file for whom the person chooses: it goes nowhere by
   * itself, and nothing is fetched for it. `verifyReport` reads it. Of what is to be viewed once there is nothing in it.
   * @throws UsageError `unknown-request`, `nothing-signed` for a group, an introduction, or somebody known from a group
   */
  report(id: string): Promise<ReportFile>
}
export interface ReportFile {
  /** JSON, at most 2 MiB. */
  readonly data: Uint8Array
  readonly fileName: string
  /** How many are in it, their request included, and how many had no room. */
  readonly messages: number
  readonly leftOut: number
}
export interface RequestView {
  readonly id: string
  /** As claimed by the sender; unverified. */
  readonly name: string
  readonly text?: string
  readonly receivedAt: number
  readonly fingerprint: string
  /** A contact introduces this person: accepting lets them write to me, or writes to them. The name is what the contact calls them. */
  readonly introducedBy?: string
  /** Id of the link of mine that they ask by, where they came by one. */
  readonly inviteId?: string
  /** How many messages they wrote besides, of 50 that are kept at most; they are read once it is accepted. */
  readonly messages: number
  /** What is told of the photos, videos, voice notes and files in those. Nothing of them is fetched. */
  readonly previews: readonly RequestPreview[]
  /** A contact asks me into a group; `name` is the group's, `fingerprint` the contact's. */
  readonly group?: { readonly invitedBy: string; readonly people: readonly string[] }
}
/** As claimed by the sender; unverified. Of what is to be viewed once there is no `thumbhash`. */
export interface RequestPreview {
  readonly kind: Attachment['kind']
  readonly width: number
  readonly height: number
  readonly thumbhash?: Uint8Array
  readonly durationMs?: number
}
