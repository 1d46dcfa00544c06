// Everything a view can ask of the messenger, as plain async functions over data that survives structured clone, so
// that a tab which does not run the messenger can ask the one that does. No functions, signals or iterables in here.

import type {
  CallDraft,
  CallView,
  CodeResult,
  ContactView,
  ConversationUsage,
  ConversationView,
  DraftAbout,
  FollowChange,
  GroupAskView,
  GroupLinkPreview,
  GroupLinkView,
  GroupView,
  InvitePreview,
  InviteView,
  MediaDraft,
  Mention,
  MessageView,
  MessengerEvents,
  NoticeCode,
  OpenedView,
  ProfileView,
  PushTarget,
  PushView,
  RecipientView,
  RelayView,
  Rendition,
  PostsOfPerson,
  PostView,
  ReportFile,
  RequestView,
  SafetyNumber,
  SearchResult,
  SendStage,
  Settings,
  SettingsView,
  TransferItem,
  TransferRendition,
  TransferView,
  ViewPolicy,
} from '../../messenger/api.ts'
import type { Passkey, VaultSlot } from '../../messenger/ports/vault.ts'
import type { WireError } from './app-error.ts'

export interface AppCalls {
  profile(): Promise<ProfileView>
  setName(name: string): Promise<void>
  settings(): Promise<SettingsView>
  setSettings(change: Partial<Settings>): Promise<void>

  vaultSlots(): Promise<readonly VaultSlot[]>
  setPassphrase(passphrase: string): Promise<void>
  removePassphrase(): Promise<void>
  createRecoveryWords(): Promise<readonly string[]>
  confirmRecoveryWords(words: string): Promise<void>
  addPasskey(passkey: Passkey): Promise<void>
  removeSlot(id: string): Promise<void>

  push(): Promise<PushView>
  pushKey(): Promise<string | undefined>
  enablePush(target: PushTarget): Promise<void>
  renewPush(target: PushTarget): Promise<void>
  disablePush(): Promise<void>

  relays(): Promise<readonly RelayView[]>
  addRelay(url: string): Promise<void>
  joinRelay(link: string): Promise<void>
  removeRelay(url: string): Promise<void>

  invites(): Promise<readonly InviteView[]>
  createInvite(): Promise<InviteView>
  revokeInvite(id: string): Promise<void>
  inspectInvite(link: string): Promise<InvitePreview>
  /** `anew`: also somebody whom I have already. */
  connect(link: string, anew: boolean): Promise<ContactView>

  posts(): Promise<readonly PostsOfPerson[]>
  /** As `send`: safe to repeat by its id, with `preparing` events on the way. */
  createPost(id: string, draft: PostDraft): Promise<PostView>
  markPostSeen(id: string): Promise<void>
  deletePost(id: string): Promise<void>

  openCalls(): Promise<readonly CallView[]>
  /** Not safe to repeat: a takeover in the middle may leave two, and both are in the list. */
  createCall(draft: CallDraft): Promise<CallView>
  pickFromCall(id: string, contactId: string, words: CallWords): Promise<void>
  closeCall(id: string, text: string): Promise<void>

  requests(): Promise<readonly RequestView[]>
  acceptRequest(id: string): Promise<ContactView>
  deleteRequest(id: string): Promise<void>
  blockRequest(id: string): Promise<void>
  ignoreRequest(id: string, isIgnored: boolean): Promise<void>
  ignoredRequests(): Promise<readonly RequestView[]>
  reportRequest(id: string): Promise<ReportFile>

  contacts(): Promise<readonly ContactView[]>
  /** The first is asked whether the second may write to them. */
  introduce(id: string, toId: string, text: string): Promise<void>
  blockContact(id: string): Promise<void>
  unblockContact(id: string): Promise<void>
  /** What they wrote before they were accepted. */
  reportContact(conversationId: string): Promise<ReportFile>
  follow(contactId: string): Promise<void>
  unfollow(contactId: string): Promise<void>
  answerFollower(contactId: string, isApproved: boolean): Promise<void>
  /** The newest change of whom I follow. */
  lastFollow(): Promise<FollowChange | undefined>
  /** Takes back the newest change if it is still the one that was made at that time. */
  undoFollow(at: number): Promise<FollowChange | undefined>
  exportFollows(): Promise<Uint8Array>
  importFollows(file: Uint8Array): Promise<number>
  safetyNumber(contactId: string): Promise<SafetyNumber>
  compareCode(contactId: string, scanned: string): Promise<CodeResult>
  setVerified(contactId: string, verified: boolean): Promise<void>
  confirmKeys(contactId: string): Promise<void>
  rejectKeys(contactId: string): Promise<void>

  /** `seed`: as `messageId` of `send`, 64 hex digits. */
  createGroup(seed: string, draft: GroupDraft): Promise<GroupView>
  group(id: string): Promise<GroupView | undefined>
  inviteToGroup(id: string, contactIds: readonly string[]): Promise<void>
  withdrawFromGroup(id: string, fingerprint: string): Promise<void>
  removeFromGroup(id: string, fingerprint: string): Promise<void>
  leaveGroup(id: string): Promise<void>
  renameGroup(id: string, name: string): Promise<void>
  setGroupAdmin(id: string, fingerprint: string, isAdmin: boolean): Promise<void>
  setGroupAdders(id: string, adders: GroupView['adders']): Promise<void>
  setGroupPicture(id: string, picture: Uint8Array | undefined): Promise<void>
  groupPicture(id: string): Promise<Uint8Array | undefined>
  createGroupLink(id: string): Promise<GroupLinkView>
  closeGroupLink(id: string): Promise<void>
  acceptAsker(groupId: string, contactId: string): Promise<void>
  refuseAsker(groupId: string, contactId: string): Promise<void>
  inspectGroupLink(link: string): Promise<GroupLinkPreview>
  askToJoin(link: string): Promise<GroupAskView>
  groupAsks(): Promise<readonly GroupAskView[]>
  forgetGroupAsk(groupId: string): Promise<void>
  /** Gives the id of the conversation with them alone. */
  writeToMember(id: string, fingerprint: string): Promise<string>
  /** In all conversations, or in one. Can be cancelled by its id. */
  search(searchId: string, query: string, conversationId?: string): Promise<SearchResult>

  /** Newest first. */
  conversations(): Promise<readonly ConversationView[]>
  /** Oldest first: the newest `limit` before the message `before`. */
  page(conversationId: string, before: string | undefined, limit: number): Promise<readonly MessageView[]>
  markSeen(conversationId: string, messageId: string): Promise<void>
  setDraft(conversationId: string, text: string, about: DraftAbout | undefined): Promise<void>
  warm(conversationId: string): Promise<void>
  setTimer(conversationId: string, lifeMs: number): Promise<void>
  /** Infinity: until it is taken back, which undefined does. */
  mute(conversationId: string, until: number | undefined): Promise<void>
  pinned(conversationId: string): Promise<readonly MessageView[]>
  typing(conversationId: string, isTyping: boolean): Promise<void>

  /**
   * `messageId` is chosen by the caller (32 hex digits) and makes the call safe to repeat: a takeover by another tab
   * never sends twice. Preparation is told by `preparing` events.
   */
  send(messageId: string, conversationId: string, draft: AppDraft): Promise<MessageView>
  /**
   * To each of them a message of its own. Safe to repeat by its id and those of the messages, with `preparing` events by the
   * first; who cannot be sent to does not stop the others. Can be cancelled.
   */
  broadcast(id: string, to: readonly Addressee[], draft: BroadcastDraft): Promise<readonly BroadcastOutcome[]>
  /** How many are under way, of all tabs. */
  sending(): Promise<number>
  message(id: string): Promise<MessageView | undefined>
  retryMessage(id: string): Promise<void>
  deleteMessage(id: string, conversationId: string): Promise<void>
  react(messageId: string, emoji: string | undefined): Promise<void>
  editMessage(messageId: string, text: string): Promise<void>
  unsend(messageIds: readonly string[]): Promise<void>
  pin(messageId: string, isPinned: boolean): Promise<void>
  /** `newId` as `messageId` of `send`. */
  forward(newId: string, conversationId: string, messageId: string): Promise<MessageView>

  /** Not safe to repeat: after a takeover what was begun is over, and so is the call. */
  openView(messageId: string): Promise<OpenedView>
  replayView(messageId: string): Promise<OpenedView>
  closeView(viewId: string): Promise<void>
  reportCapture(messageId: string): Promise<void>

  transfers(): Promise<readonly TransferItem[]>
  manageTransfer(action: TransferAction, attachmentId: string, rendition: TransferRendition): Promise<void>
  mediaUsage(): Promise<readonly ConversationUsage[]>
  clearMedia(conversationId: string): Promise<void>

  /**
   * Decrypted bytes [start, end) of a rendition, at most `end - start`; waits for what is still on its way. `isEager`: gives
   * what is here, at least one byte.
   */
  readMedia(
    readId: string,
    attachmentId: string,
    rendition: Rendition,
    start: number,
    end: number,
    isEager?: boolean,
  ): Promise<Uint8Array>
  /** Ends a `send` that is still preparing, a `readMedia` or a `search`, by the id that it was given. */
  cancel(id: string): Promise<void>
}

export type TransferAction = 'start' | 'pause' | 'resume' | 'cancel' | 'retry'

export interface AppDraft {
  readonly text?: string
  readonly media: readonly MediaDraft[]
  readonly view?: ViewPolicy
  readonly replyTo?: string
  readonly mentions?: readonly Mention[]
}

export type BroadcastDraft = Pick<AppDraft, 'text' | 'media' | 'view'>

export interface Addressee {
  readonly contactId: string
  /** As `messageId` of `send`. */
  readonly messageId: string
}

export interface BroadcastOutcome extends Addressee {
  /** Nothing of it is on its way to them. */
  readonly error?: WireError
}

/** What the winner of an open call is told, and everybody else. */
export interface CallWords {
  readonly text: string
  readonly othersText: string
}

export interface GroupDraft {
  readonly contactIds: readonly string[]
  readonly name?: string
  readonly text?: string
}

export interface PostDraft {
  readonly text?: string
  readonly media: readonly MediaDraft[]
  readonly lifeMs: number
}

/** Open calls are read where they are shown. */
export type ChangedList = Exclude<MessengerEvents['change']['what'], 'calls'> | 'sending'

/** `vault-changed`: see `VaultApi.repaired`. */
export type AppNotice = NoticeCode | 'vault-changed'

/** What is done with a medium before it is sent. */
export type Stage = SendStage['kind']

export type AppEvent =
  /** A message arrived, or was sent from any tab, or something happened that has a line. */
  | { readonly kind: 'message'; readonly message: MessageView }
  | { readonly kind: 'deleted'; readonly messageId: string; readonly conversationId: string }
  | {
      readonly kind: 'preparing'
      readonly messageId: string
      readonly fraction: number
      readonly stage?: Stage | undefined
    }
  | {
      readonly kind: 'state'
      readonly messageId: string
      readonly conversationId: string
      readonly recipient: RecipientView
    }
  | {
      readonly kind: 'transfer'
      readonly attachmentId: string
      readonly conversationId: string
      readonly transfer: TransferView
      readonly rendition: TransferRendition
    }
  /** They write, or stopped: see `MessengerEvents.typing`. */
  | {
      readonly kind: 'typing'
      readonly conversationId: string
      readonly contactId: string
      readonly isTyping: boolean
    }
  /** A message is not what it was, or a line is new: it is to be read again. */
  | { readonly kind: 'view'; readonly messageId: string; readonly conversationId: string }
  | { readonly kind: 'presence'; readonly contactId: string; readonly direct: boolean }
  /** `calls`: the open calls, which are read where they are shown. */
  | { readonly kind: 'change'; readonly what: ChangedList | 'calls' }
  | { readonly kind: 'notice'; readonly code: AppNotice }
  /** Another tab runs the messenger now: events may have been missed, read everything again. */
  | { readonly kind: 'leader' }
  /** Somebody locked the app, in this tab or in another one. */
  | { readonly kind: 'lock' }
