// Every kind of record the messenger keeps, and the name of the store it lives in. Field numbers are for good: a field
// that goes leaves its number unused.

import type { Codec } from '../../protocol/cbor/codec.ts'
import { boolean, bytesUpTo, integer, oneOf, textWhere } from '../../protocol/cbor/codec.ts'

import { field, listOf, optionalField, shape, variant } from '../../protocol/cbor/shape.ts'
import { decodeSession, encodeSession } from '../../protocol/session/codec.ts'
import type { Session } from '../../protocol/session/session.ts'

type Of<C> = C extends Codec<infer T> ? T : never

const mebibyte = 1024 * 1024
// Rows are this device's own and sealed: these bounds only keep a damaged one from growing without end.
const bytes = bytesUpTo(mebibyte)
const text = textWhere(() => true)
const texts = listOf(text, 100_000)
const number = integer()
const nothing = shape({})

export const rowBounds = { maxBytes: 8 * mebibyte, maxDepth: 16, maxItems: 1_000_000 }

const mailboxAddress = shape({ relay: field(1, text), writeKey: field(2, bytes) })

/** `account` · key `self` */
export const accountRow = shape({
  identity: field(1, bytes),
  name: field(2, text),
  relays: field(3, texts),
  direct: field(4, boolean),
  seenReceipts: field(5, boolean),
  /** One for each relay; `code`: the relay has not answered yet. */
  memberships: optionalField(
    6,
    listOf(shape({ relay: field(1, text), membership: field(2, text), code: optionalField(3, bytes) }), 100_000),
  ),
  autoDownload: optionalField(
    7,
    shape({ photo: field(1, number), video: field(2, number), voice: field(3, number), file: field(4, number) }),
  ),
  mediaBudgetBytes: optionalField(8, number),
  typing: optionalField(9, boolean),
  whoMayWrite: optionalField(10, oneOf({ following: 1, introduced: 2, anyone: 3, nobody: 4 })),
  /** Whoever wants to follow me is approved by itself. */
  openFollowers: optionalField(11, boolean),
  /** The timer of new conversations. */
  timerMs: optionalField(12, number),
  onlyOnWifi: optionalField(13, boolean),
})
export type AccountRow = Of<typeof accountRow>

/** `mailboxes` · key: mailbox id. Mine; read key and what it is for. */
export const mailboxRow = shape({
  relay: field(1, text),
  readKey: field(2, bytes),
  purpose: field(3, variant({ invite: [1, nothing], contact: [2, shape({ contactId: field(1, text) })] })),
  /** Being closed: told to the relay until it confirms, then the row goes. */
  closing: field(4, boolean),
  /** What was last made for its bundle, in `offers` or with the relay already. */
  offer: optionalField(
    5,
    shape({
      madeAt: field(1, number),
      /** Of the psk that it is sealed under. */
      pskId: field(2, bytes),
      state: field(3, oneOf({ pending: 1, offered: 2 })),
      /** When newer keys take its place. */
      renewAt: field(4, number),
    }),
  ),
  /** Of a contact: when a new address takes its place. */
  renewAt: optionalField(6, number),
  /** Another address has taken its place, and was told to them; `heardAt`: they write there since. */
  old: optionalField(7, shape({ announcedAt: field(1, number), heardAt: optionalField(2, number) })),
  /** A relay that cannot be told for long is taken for gone. */
  closingSince: optionalField(8, number),
})
export type MailboxRow = Of<typeof mailboxRow>

/** `prekeys` · key: mailbox id, of contacts. Private halves of what is or was offered there. */
export const prekeysRow = shape({ secrets: field(1, bytes) })

/** `offers` · key: mailbox id. A sealed bundle on its way to the relay: a repeated attempt sends the same bytes. */
export const offerRow = shape({ main: field(1, bytes), oneTime: field(2, listOf(bytes, 100)) })

/** `invites` · key: mailbox id */
export const inviteRow = shape({
  link: field(1, text),
  psk: field(2, bytes),
  prekeys: field(3, bytes),
  uses: field(4, number),
  used: field(5, number),
  createdAt: field(6, number),
  expiresAt: field(7, number),
  /** Withdrawn by me, or all its uses answered. */
  over: field(8, boolean),
  /** For the members of this group; not shown to the person. */
  group: optionalField(9, text),
  /** For this account alone, to which somebody introduced me; fingerprint. */
  introduced: optionalField(10, bytes),
  /** By it people ask to join this group. */
  joins: optionalField(11, text),
})
export type InviteRow = Of<typeof inviteRow>

/** `calls` · key: id of its invite. An open call of mine. */
export const callRow = shape({
  text: field(1, text),
  overText: field(2, text),
  places: field(3, number),
  until: field(4, number),
  link: field(5, text),
  createdAt: field(6, number),
  /** Somebody was picked, or it was closed. */
  over: field(7, boolean),
  picked: optionalField(8, text),
  /** In the order in which they came. */
  respondents: field(9, listOf(shape({ contactId: field(1, text), at: field(2, number) }), 256)),
  late: field(10, number),
})
export type CallRow = Of<typeof callRow>

/** `connects` · key: mailbox id of the invite. My use of somebody's invite, written before the relay is asked. */
export const connectRow = shape({ takeId: field(1, bytes), contactId: optionalField(2, text) })

/** `firsts` · key: hash of a first message's key material. Whose session it began, so that it never begins another. */
export const firstRow = shape({ contactId: field(1, text), at: field(2, number), sid: field(3, bytes) })

/** `contacts` · key: contact id */
export const contactRow = shape({
  fingerprint: field(1, bytes),
  name: field(2, text),
  /** `asked`: my request waits. `request`: theirs does. */
  state: field(3, oneOf({ asked: 1, request: 2, accepted: 3, blocked: 4 })),
  conversationId: field(4, text),
  /** Mine, where they write to. */
  mailboxId: optionalField(5, text),
  /** Theirs, where I write to. */
  theirs: optionalField(6, mailboxAddress),
  /** The invite of mine that it came through, until it is answered. */
  inviteId: optionalField(7, text),
  requestText: optionalField(8, text),
  createdAt: field(9, number),
  /** What it was before it was blocked. */
  blockedFrom: optionalField(10, oneOf({ asked: 1, request: 2, accepted: 3 })),
  /** What became of their devices' keys and waits for me; absent while there is nothing. See `ContactView.keys`. */
  keys: optionalField(11, oneOf({ changed: 1, conflict: 2 })),
  /** The newest state of their device log that they showed me. */
  knownLog: optionalField(12, shape({ length: field(1, number), head: field(2, bytes) })),
  /** When I marked them as verified. */
  verifiedAt: optionalField(13, number),
  /** The time that I gave to what I told them last of who and where I am: the next one is later, whatever the clock says. */
  toldAt: optionalField(14, number),
  /**
   * Known from a group alone: their messages to it come and mine go, and nothing else. `asking`: they wrote to me besides,
   * which waits as a request does.
   */
  peer: optionalField(15, oneOf({ member: 1, asking: 2 })),
  /** Whether they follow me: they want to, and what I said to it. */
  followsMe: optionalField(16, oneOf({ asked: 1, approved: 2, declined: 3 })),
  /** What they said to my following them. */
  approvesMe: optionalField(17, boolean),
  /** I do not want to see what they ask, now and later. */
  ignored: optionalField(18, boolean),
  /** Mine, until it is answered: what it said, when it was made, and when it was made last. */
  request: optionalField(
    19,
    shape({
      messageId: field(1, text),
      text: optionalField(2, text),
      firstAt: field(3, number),
      askedAt: field(4, number),
    }),
  ),
  /** Their newest request as they sent it, with their signature, and the certificate of the device that signed. */
  signedRequest: optionalField(20, shape({ content: field(1, bytes), certificate: field(2, bytes) })),
})
export type ContactRow = Of<typeof contactRow>

const session: Codec<Session> = {
  toValue: (item) => encodeSession(item),
  fromValue: (value) => (value instanceof Uint8Array ? decodeSession(value) : undefined),
}

const position = shape({
  generation: field(1, number),
  epoch: field(2, number),
  n: field(3, number),
  /** Of the session; empty where it is not known any more. */
  sid: field(4, bytes),
  sentAt: field(5, number),
})
export type Position = Of<typeof position>

const heldSession = shape({
  session: field(1, session),
  generation: field(2, number),
  retiredAtMs: optionalField(3, number),
})

/** Fields as in src/protocol/session/continuity.ts. */
const continuity = shape({
  contactPsk: field(1, bytes),
  opened: field(2, number),
  exporters: field(3, listOf(shape({ epoch: field(1, number), key: field(2, bytes) }), 3)),
  earlier: field(4, bytes),
})

/** `sessions` · key: contact id. The fields without a word here are those of src/protocol/session/sessions.ts. */
export const sessionsRow = shape({
  sessions: field(1, listOf(heldSession, 16)),
  /** Begun by somebody with their account's key who does not prove the sessions above; waits for the person's word. */
  pending: optionalField(
    3,
    shape({
      session: field(1, session),
      /** The invite it came through; none: their own mailbox. */
      inviteId: optionalField(2, text),
      /** What came in it, as it was sent. */
      contents: field(3, listOf(bytes, 64)),
      /** It came while another change waited for the person's word: their next word is about that one. */
      isSecond: optionalField(4, boolean),
    }),
  ),
  /** When I began anew the last time. */
  refreshedAt: optionalField(4, number),
  generation: field(5, number),
  pskAtMs: field(6, number),
  /** Since when I want to begin anew. */
  wantedAt: optionalField(7, number),
  /** The first 8 bytes of the ids of the envelopes that were opened last, the newest first. */
  heard: optionalField(8, bytes),
  /** When everything was sent again because they began anew; and when that is to be done once more. */
  resentAt: optionalField(9, number),
  resendAt: optionalField(10, number),
  /** Where they wrote what I know of their address and of their name: what was written before changes neither (delivery/position.ts). */
  movedBy: optionalField(11, position),
  namedBy: optionalField(12, position),
  /** Since when what comes from them does not open, and nothing else of theirs in a session of the newest generation has. */
  unreadSince: optionalField(13, number),
  /** An hour after that or later something else did not open. */
  unreadAgain: optionalField(17, boolean),
  psks: field(14, listOf(continuity, 2)),
  /** By how much their clock was ahead of mine at least, by what they wrote in the newest sessions. */
  aheadMs: optionalField(16, number),
  /** SHA-256 of the certificate that the person did not recognise last, and when. */
  refused: optionalField(15, shape({ certificate: field(1, bytes), at: field(2, number) })),
})
export type SessionsRow = Of<typeof sessionsRow>

/** `follows` · key: fingerprint, hex. Merges per entry: the higher clock wins, then `following: false`. */
export const followRow = shape({
  following: field(1, boolean),
  clock: field(2, number),
  at: field(3, number),
  /** What it was before, the newest last. */
  past: optionalField(4, listOf(shape({ following: field(1, boolean), at: field(2, number) }), 1000)),
})
export type FollowRow = Of<typeof followRow>

/** `conversations` · key: conversation id */
export const conversationRow = shape({
  /** Of two people. */
  contactId: optionalField(1, text),
  lastOrder: field(2, number),
  lastActivityAt: field(3, number),
  seenOrder: field(4, number),
  unread: field(5, number),
  draft: field(6, text),
  /** Ids of pinned messages, the newest last; some may be gone. */
  pins: optionalField(7, listOf(text, 1000)),
  /** Id of a group, where it is one's. */
  group: optionalField(8, text),
  /** Nothing is told of what comes until then. */
  mutedUntil: optionalField(9, number),
  /** Of two people: what is written goes so long after it was seen; who said so last, and when. */
  timer: optionalField(10, shape({ lifeMs: field(1, number), at: field(2, number) })),
  /** Posts of this person, or mine; no conversation. */
  posts: optionalField(11, boolean),
  /** What is being written is about this message: with `text`, that is its new text; else it is an answer. */
  about: optionalField(12, shape({ messageId: field(1, text), text: optionalField(2, text) })),
})
export type ConversationRow = Of<typeof conversationRow>

const failure = oneOf({
  'relay-full': 1,
  'mailbox-full': 2,
  blocked: 3,
  'too-large': 4,
  'not-a-member': 5,
  damaged: 6,
  expired: 7,
  'too-much-work': 8,
  cancelled: 9,
  removed: 10,
})

const deliveryState = variant({
  sending: [1, nothing],
  kept: [2, shape({ relay: field(1, text), until: field(2, number) })],
  delivered: [3, shape({ at: field(1, number) })],
  seen: [4, shape({ at: field(1, number) })],
  failed: [5, shape({ reason: field(1, failure) })],
})

const line = variant({
  added: [1, shape({ by: field(1, text), who: field(2, text) })],
  removed: [2, shape({ by: field(1, text), who: field(2, text) })],
  left: [3, shape({ who: field(1, text) })],
  renamed: [4, shape({ by: field(1, text), name: field(2, text) })],
  admin: [5, shape({ by: field(1, text), who: field(2, text), isAdmin: field(3, boolean) })],
  created: [6, shape({ by: field(1, text), name: field(2, text) })],
  timer: [7, shape({ by: field(1, text), lifeMs: field(2, number) })],
  picture: [8, shape({ by: field(1, text), isThere: field(2, boolean) })],
})
export type LineRow = Of<typeof line>

/** `groups` · key: group id. */
export const groupRow = shape({
  conversationId: field(1, text),
  /** `invited`: waits for my word. `consented`: I gave it. `in`: I am a member, or was. `asking`: I asked by a link. */
  stage: field(2, oneOf({ invited: 1, consented: 2, in: 3, asking: 4 })),
  /** Who invited me, and to what, as they said. */
  invitation: optionalField(
    3,
    shape({
      id: field(1, bytes),
      contactId: field(2, text),
      name: field(3, text),
      people: field(4, listOf(shape({ fingerprint: field(1, bytes), name: field(2, text) }), 64)),
      text: optionalField(5, text),
      at: field(6, number),
    }),
  ),
  /** Of mine, by which members reach me: its mailbox. */
  inviteId: optionalField(4, text),
  /** Whom I invited, and who has not answered. */
  asked: field(
    5,
    listOf(
      shape({ fingerprint: field(1, bytes), id: field(2, bytes), name: field(3, text), at: field(4, number) }),
      64,
    ),
  ),
  /** Of mine, by which people ask to join: its mailbox, and what is given away. */
  joinLink: optionalField(6, shape({ inviteId: field(1, text), link: field(2, text), expiresAt: field(3, number) })),
  /** Who asked by it, and waits for my word. */
  askers: optionalField(
    7,
    listOf(shape({ contactId: field(1, text), at: field(2, number), text: optionalField(3, text) }), 256),
  ),
  /** I asked the person of this account, by a link that gave the group this name. */
  ask: optionalField(
    8,
    shape({
      fingerprint: field(1, bytes),
      name: field(2, text),
      at: field(3, number),
      answer: optionalField(4, oneOf({ full: 1, closed: 2 })),
    }),
  ),
  /** I do not want to see that I am invited. */
  ignored: optionalField(9, boolean),
})
export type GroupRow = Of<typeof groupRow>

/** `groupPictures` · key: group id. The last one that was here. */
export const groupPictureRow = shape({ hash: field(1, bytes), picture: field(2, bytes) })

/** `groupOperations` · key: `<group id>/<operation id>` */
export const groupOperationRow = shape({ bytes: field(1, bytes) })

/** `earlyContents` · key: `<group id>/<message id>`. Written under operations that are not here yet. */
export const earlyContentRow = shape({ contactId: field(1, text), content: field(2, bytes), at: field(3, number) })

/** `introductions` · key: introduction id. */
export const introductionRow = shape({
  /** Whom this device heard of, or asked: who introduces, or `asked` of mine. */
  contactId: field(1, text),
  at: field(2, number),
  what: field(
    3,
    variant({
      /** Mine: `contactId` was asked for a link for this contact. */
      mine: [1, shape({ forContactId: field(1, text) })],
      /** I am asked for a link for somebody. */
      asked: [2, shape({ fingerprint: field(1, bytes), name: field(2, text) })],
      /** I may meet somebody by this link. */
      met: [3, shape({ fingerprint: field(1, bytes), name: field(2, text), link: field(3, text) })],
    }),
  ),
  text: optionalField(4, text),
  /** I do not want to see it. */
  ignored: optionalField(5, boolean),
})
export type IntroductionRow = Of<typeof introductionRow>

/** `messages` · key: `<conversation id>/<order, 12 hex digits>` */
export const messageRow = shape({
  id: field(1, text),
  /** Undefined: mine. */
  senderId: optionalField(2, text),
  sentAt: field(3, number),
  receivedAt: field(4, number),
  /** The content as it was sent or received, in the protocol's encoding. */
  content: field(5, bytes),
  recipients: field(6, listOf(shape({ contactId: field(1, text), state: field(2, deliveryState) }), 256)),
  /** Received: whether `Delivered` was said; `none`: of a request, or wiped before all of it came. */
  receipt: field(7, oneOf({ none: 1, waiting: 2, done: 3 })),
  /** The newest of each person; without `by`: mine, without `emoji`: taken back. */
  reactions: optionalField(
    8,
    listOf(shape({ by: optionalField(1, text), emoji: optionalField(2, text), at: field(3, number) }), 256),
  ),
  /** Texts that took the place of the one in `content`, the newest last. */
  edits: optionalField(9, listOf(shape({ text: field(1, text), at: field(2, number) }), 100)),
  /** Taken back by its sender: nothing of it is here any more. */
  unsentAt: optionalField(10, number),
  pin: optionalField(11, shape({ isPinned: field(1, boolean), at: field(2, number) })),
  /** What happened, where it is no message of anybody. Texts are names. */
  line: optionalField(12, line),
  /** Mine, to a group: fingerprints of those who get it once they can be reached. */
  unreached: optionalField(13, listOf(text, 64)),
  /** Goes so long after it was seen. */
  lifeMs: optionalField(14, number),
  /** Of a post: when I looked at it. */
  seenAt: optionalField(15, number),
})
export type MessageRow = Of<typeof messageRow>

/** `earlyActions` · key: `<id of the message that it is about>/<its own id>`. It came before its message. */
export const earlyActionRow = shape({ contactId: field(1, text), content: field(2, bytes), at: field(3, number) })

/** `expiring` · key: message id. Seen, and gone at this time. */
export const expiringRow = shape({ at: field(1, number) })

/** `messageIndex` · key: message id. Stays, without a key, when the message is deleted: a repeat is not shown again. */
export const messageIndexRow = shape({ key: optionalField(1, text) })

/** `outbox` · key: `<contact id>/<sequence, 12 hex digits>`. One sealed envelope for one recipient. */
export const outboxRow = shape({
  envelope: field(1, bytes),
  /** The message whose state it drives; none for control envelopes. */
  messageId: optionalField(2, text),
  /** Where the envelope is: here only, at a relay, or stored on their device. */
  envelopeAt: field(3, oneOf({ here: 1, relay: 2, device: 3 })),
  until: optionalField(4, number),
  blobs: field(5, texts),
  /** Refused by the relay; waits for the person to try again. */
  failed: field(6, boolean),
  /**
   * Where it has to go: the invite's mailbox, for what was sealed before they answered; the one that got the envelope, for
   * its media. Else where they are then.
   */
  to: optionalField(7, mailboxAddress),
  /** `messageId` is that of an action (delivery/actions.ts). */
  isAction: optionalField(8, boolean),
})
export type OutboxRow = Of<typeof outboxRow>

/** `kept` · key: `<message id>/<contact id>`. What a relay keeps, and until when. */
export const keptRow = shape({ until: field(1, number) })

/** `blobs` · key: blob id. What a blob on this device belongs to; one without a row is swept at the next start. */
export const blobRow = shape({
  messageId: field(1, text),
  role: field(2, oneOf({ display: 1, poster: 2, hashes: 3, original: 4 })),
  segmentCount: field(3, number),
  /**
   * `mine`: sealed here. `wanted`: being fetched. `complete`: fetched and verified. `held`: of a request, not fetched.
   * `offered`: not fetched unless the person wants it. `paused`: by the person. `evicted`: was here, and made room.
   */
  state: field(4, oneOf({ mine: 1, wanted: 2, complete: 3, held: 4, damaged: 5, offered: 6, paused: 7, evicted: 8 })),
  /** Contacts who may fetch it from me: whom I sent it to, or who got it too, as its sender showed. These I may ask as well. */
  readers: field(5, texts),
  /** `mine`: the mailbox at each relay that it is put on the account of; the newest last. */
  accounts: optionalField(6, listOf(mailboxAddress, 16)),
  /** `mine`: the person has stopped its upload. */
  stopped: optionalField(7, boolean),
  /** When it was last looked at, of what is `complete`; of what is `paused`, where it was only looked into. */
  usedAt: optionalField(8, number),
  /**
   * It goes with the network, not with the person's word: `wanted` on Wi-Fi, else `offered`, or `paused` where a part is
   * here.
   */
  byItself: optionalField(9, boolean),
})
export type BlobRow = Of<typeof blobRow>

/** `receipts` · key: contact id. Receipts that are owed; message ids. */
export const receiptsRow = shape({
  delivered: field(1, texts),
  seen: field(2, texts),
  dueAt: field(3, number),
  opened: optionalField(4, texts),
  replayed: optionalField(5, texts),
  captured: optionalField(6, texts),
})

/** `viewings` · key: message id. What a message with a view policy is, and what became of it; stays while its row does. */
export const viewingRow = shape({
  seconds: optionalField(1, number),
  replays: field(2, number),
  photos: field(3, number),
  videos: field(4, number),
  /** `replaying`: open for the second time. `sent`: mine, still here. `delivered`: mine, deleted here. */
  stage: field(
    5,
    oneOf({ sealed: 1, open: 2, replayable: 3, replaying: 4, over: 5, expired: 6, sent: 7, delivered: 8 }),
  ),
  /** `sealed`, `replayable`: when it is deleted. */
  until: optionalField(6, number),
  openedAt: optionalField(7, number),
  replayedAt: optionalField(8, number),
  capturedAt: optionalField(9, number),
  /** Mine: what recipients said. */
  said: optionalField(
    10,
    listOf(
      shape({
        contactId: field(1, text),
        openedAt: optionalField(2, number),
        replayedAt: optionalField(3, number),
        capturedAt: optionalField(4, number),
      }),
      256,
    ),
  ),
})
export type ViewingRow = Of<typeof viewingRow>

/** `clock` · key `seen`. When this device was last seen running, and to when its clock leapt since, if that is not believed yet. */
export const clockRow = shape({ at: field(1, number), leaptTo: optionalField(2, number) })

/** `pushes` · key: relay. What this device is woken by when mailboxes there get something. */
export const pushRow = shape({
  /** Names this device there. */
  device: field(1, bytes),
  /** The relay's, that the subscription was made with. */
  key: field(2, text),
  /** Absent: switched off, and the relay does not know yet. */
  endpoint: optionalField(3, text),
  /** The relay has heard of it for all mailboxes there were. */
  told: field(4, boolean),
})
export type PushRow = Of<typeof pushRow>

/** `quarantine` · key: envelope id. What this program failed on, kept so that nothing is lost by a fault of ours. */
export const quarantineRow = shape({ mailboxId: field(1, text), envelope: field(2, bytes), at: field(3, number) })
