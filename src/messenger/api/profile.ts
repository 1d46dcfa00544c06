// Who I am, how I want it, and through which relays.

import type { AutoDownload } from './transfers.ts'

export interface ProfileApi {
  get(): Promise<ProfileView>
  setName(name: string): Promise<void>
}
export interface ProfileView {
  readonly name: string
  /** Fingerprint of the account key, hex. */
  readonly fingerprint: string
}

export interface SettingsApi {
  get(): Promise<SettingsView>
  /** @throws UsageError `bad-timer` */
  set(change: Partial<Settings>): Promise<void>
}
export interface SettingsView extends Settings {
  /** Whether this device tells by what it is connected. Where it does not, `onlyOnWifi` changes nothing. */
  readonly tellsWifi: boolean
}
export interface Settings {
  /** False: everything goes through relays and contacts never learn this device's IP address. */
  readonly direct: boolean
  /** False: no `Seen` is sent, and none is shown. */
  readonly seenReceipts: boolean
  /**
   * Whose first message comes to the inbox: of people I follow; of those and whom they introduce; of anybody with my address;
   * or nobody's. Of others it is a request, and of nobody it is kept unseen until this changes. Contacts go on as they were.
   */
  readonly whoMayWrite: 'following' | 'introduced' | 'anyone' | 'nobody'
  /** Whoever wants to follow me may, without my word. */
  readonly openFollowers: boolean
  /** The timer of new conversations, and of groups that I make; see `ConversationsApi.setTimer`. */
  readonly timerMs: number
  /** False: nobody is told that I write, and I am not told of others. */
  readonly typing: boolean
  /** What of accepted contacts is fetched by itself. */
  readonly autoDownload: AutoDownload
  /** What is fetched by itself waits, or stops, while the device is connected by a mobile network. */
  readonly onlyOnWifi: boolean
  /**
   * Bytes that received media may take; beyond, those that were not looked at for longest make room, and are `evicted`;
   * those that were only looked into are `offered` again. What I sent stays, and what the person stopped. 0: no bound.
   */
  readonly mediaBudgetBytes: number
}

export interface RelaysApi {
  list(): Promise<readonly RelayView[]>
  /** Checks that a Safelight relay answers there. @throws TransportError, UsageError */
  add(url: string): Promise<void>
  /**
   * Becomes a member of the relay that the link names, and adds it. Where the relay did not answer, it is asked again by
   * itself as long as it is in use. @throws JoinError, TransportError
   */
  join(link: string): Promise<void>
  /**
   * Refused while it is the only one. Contacts get new addresses at the first relay of those that stay, what still comes
   * to the old ones is fetched, and links that name it are withdrawn. @throws UsageError `last-relay`
   */
  remove(url: string): Promise<void>
}
export interface RelayView {
  readonly url: string
  /** Host and port, as shown in states. */
  readonly name: string
  readonly state: 'connecting' | 'live' | 'offline'
  /** `member`: of a relay that is for members only. Where the relay has said which it is. */
  readonly membership?: 'open' | 'member' | 'none'
  /** Why it is offline, or opens no mailboxes for me, where known. */
  readonly problem?: 'relay-unreachable' | 'not-a-relay' | 'relay-version' | 'not-a-member' | 'banned' | 'relay-full'
}

export type JoinErrorCode =
  | 'broken' // no join link
  | 'unknown' // the relay has not made this link
  | 'used' // all its uses are gone
  | 'expired' // its time is over, or it was withdrawn
  | 'closed' // the relay takes no new members
  | 'banned' // the relay took this device's membership away
export class JoinError extends Error {
  override readonly name = 'JoinError'
  readonly code: JoinErrorCode
  constructor(code: JoinErrorCode, options?: ErrorOptions) {
    super(`join: ${code}`, options)
    this.code = code
  }
}
