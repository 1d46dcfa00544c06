// Every size, count, time and rate that somebody else controls at this relay, with its reason. What the protocol itself
// allows at most stands in src/protocol/limits.ts; here a relay decides how much of it to serve.

import { limits as protocol } from '../src/protocol/limits.ts'

const kibibyte = 1024
const mebibyte = 1024 * kibibyte
const gibibyte = 1024 * mebibyte
const secondMs = 1000
const minuteMs = 60 * secondMs
const dayMs = 24 * 60 * minuteMs

export const defaultLimits = {
  // ---- what a mailbox holds
  /** The largest envelope of the protocol: larger content is a blob. */
  envelopeBytes: protocol.envelopeBytes,
  /** A month of a lively conversation; a sender keeps what does not fit and tries again. */
  mailboxEnvelopes: 1000,
  mailboxBytes: 64 * mebibyte,
  /** Strangers write to an invite mailbox: room for the requests of an address that was posted somewhere, no more. */
  inviteEnvelopes: 100,
  inviteBytes: 2 * mebibyte,
  /** Beyond this an invite mailbox takes envelopes with proof of work alone: half of its room is left to who means it. */
  inviteFreeEnvelopes: 50,
  /** A phone in a drawer for a month still gets everything. */
  envelopeMs: 30 * dayMs,
  /** How long a closed mailbox says `gone` instead of `unknown-mailbox`: longer than any sender keeps trying. */
  tombstoneMs: 90 * dayMs,
  /** Without its owner for this long a mailbox is abandoned. Over a year: some people come back once a year. */
  mailboxIdleMs: 400 * dayMs,
  /** Links are short-lived, so are the mailboxes behind them. */
  inviteIdleMs: 60 * dayMs,

  // ---- prekey bundles
  bundleMainBytes: protocol.bundleMainBytes,
  bundleOneTimeBytes: protocol.bundleOneTimeBytes,
  /** One full set waiting to be taken. */
  bundlePool: protocol.oneTimePrekeys,
  /** A one-time prekey is refused by everybody once it has expired (7 days and a day of clock skew): it must not be handed out then. */
  bundleOneTimeMs: 8 * dayMs,
  /** The same `takeId` gets the same answer for this long: a device that crashed retries within a day. */
  takeMs: 2 * dayMs,
  /** Takes remembered per mailbox (each some 6 KiB): bounds what a holder of the write key can make the relay keep. */
  takesPerMailbox: 200,
  /** Hashes of one-time parts that were handed out, so that a repeated `bundle.put` never offers one twice. Prekeys expire after 8 days. */
  takenMs: 10 * dayMs,

  // ---- blobs
  /** One sealed segment. */
  segmentBytes: protocol.segmentBytes,
  /** What one rendition may have before it is padded and sealed. */
  blobBytes: 2 * gibibyte,
  /** 2 GiB in segments of 256 KiB, and room for Padmé padding (3 % at this size) and the seals. */
  blobSegments: 9216,
  /** All blobs put with the write key of one mailbox: two of the largest and a few photos. */
  mailboxBlobBytes: 5 * gibibyte,
  /** An invite mailbox belongs to strangers' requests; a request carries a picture at the most. */
  inviteBlobBytes: 32 * mebibyte,
  /** A week: media is fetched soon, and senders can upload it again. */
  blobMs: 7 * dayMs,

  // ---- requests
  requestBytes: protocol.requestBytes,
  commandsPerRequest: protocol.commandsPerRequest,
  /**
   * Envelope bytes in one answer, over all its fetches: with one envelope more they come within the 20 s that apps wait at 25 kB/s,
   * and what is left comes with the next. At most 1.25 MiB: with one envelope more, 16 bundles (192 KiB), the times of 16,384
   * stored envelopes (144 KiB) and the fields around 1,500 fetched ones (90 KiB) that stays below the protocol's response limit of
   * 2 MiB.
   */
  answerBytes: 384 * kibibyte,
  /** Eight data items each, so that a client's decoder (32,768 items) accepts the answer. */
  answerEnvelopes: 1500,
  takesPerRequest: 16,
  /** Keys that are hashed and looked up before others get their turn: some milliseconds. A usual request has fewer. */
  keysPerTurn: 256,
  /** Envelope bytes in one push: small, so that replies are not stuck behind it. */
  pushBytes: 512 * kibibyte,
  pushEnvelopes: 64,

  // ---- connections
  /** WebSockets at once; about 19 KiB each with libp2p on it, more while it is being made. */
  connections: 50_000,
  /** From one address: a school, or a provider's customers who share one, never all there are. */
  connectionsPerAddress: 5000,
  /** New WebSockets and HTTP requests from one address: a café or a school behind one address, not a flood. */
  upgradesPerAddress: { burst: 200, perSecond: 20 },
  requestsPerAddress: { burst: 4000, perSecond: 400 },
  /** One message on a WebSocket: Noise messages have at most 64 KiB; a sender may join a few. */
  webSocketMessageBytes: mebibyte,
  /** Frames of such a message, and pieces that one arrives in: clients send whole ones, networks 500 bytes and more at once. */
  webSocketFrames: 64,
  webSocketChunks: 4096,
  /** Bytes that wait for one peer below libp2p before its streams wait: four windows of streams. */
  webSocketBufferBytes: mebibyte,
  /** From the WebSocket to the end of the handshakes on it: some round trips of a phone on a bad network. */
  handshakeMs: 10 * secondMs,
  /** Mailbox streams a connection may have open: one, and one that is closing. */
  streamsPerConnection: 4,
  /** Mailboxes one connection may be told about, and may ask for in one request: 32 contacts use about 100. */
  subscriptionsPerConnection: 10_000,
  /** From the first byte of a frame to its last: a phone on a bad network sends 2 MiB in this time. */
  frameMs: 60 * secondMs,
  /** A peer that takes less than `drainBytes`, or an HTTP connection on which nothing moves, for this long is gone. */
  drainMs: 60 * secondMs,
  /** A kibibyte a second: less than any line that a picture gets through. */
  drainBytes: 60 * kibibyte,
  /**
   * Bytes of libp2p that are not whole yet, or were not taken yet, over all connections and for one address: bounds memory. What
   * stalls is cut beyond ([Note: Who is cut] in held-bytes.ts).
   */
  streamBytesAtOnce: 256 * mebibyte,
  streamBytesPerAddress: 64 * mebibyte,
  /** Bytes of request bodies held at once, over all clients: bounds memory. */
  bodyBytesAtOnce: 256 * mebibyte,
  /** From one address: 64 segments, which nobody has on the way at once who takes turns with others. */
  bodyBytesPerAddress: 16 * mebibyte,
  /**
   * Bytes of HTTP answers that clients have not taken yet, over all of them and for one address: bounds memory. What stalls is
   * cut beyond ([Note: Who is cut] in held-bytes.ts).
   */
  answerBytesAtOnce: 256 * mebibyte,
  answerBytesPerAddress: 32 * mebibyte,
  /**
   * What waits and has not moved for this long stalls. A hundred streams that share a line of 10 Mbit/s move every 20 s: each by
   * its window of 256 KiB, in turn.
   */
  stallMs: 30 * secondMs,
  /** Between two looks whether there is room for an answer on a stream. */
  roomMs: 250,
  /** From an HTTP answer to its last byte: a segment at 2 kB/s. The app gives up after a minute. */
  answerMs: 120 * secondMs,
  /** Headers, then headers and body, of one HTTP request. */
  headersMs: 15 * secondMs,
  requestMs: 90 * secondMs,
  headerBytes: 16 * kibibyte,

  // ---- rates (token buckets)
  /** Commands of one connection, `subscribe` once for each key: a start-up of 200 mailboxes is 800 commands. */
  commands: { burst: 8000, perSecond: 400 },
  /**
   * New mailboxes of one connection; opening one that exists costs nothing. At once as many as a link that many
   * people use gives contacts.
   */
  opens: { burst: 1000, perSecond: 0.1 },
  /**
   * Both of all connections and HTTP requests from one address, which may be a school: a new connection gives no new budget. After a restart they
   * all come back, 20 a second (`upgradesPerAddress`), each with about 300 commands for a hundred mailboxes.
   */
  commandsPerAddress: { burst: 80_000, perSecond: 8000 },
  /**
   * A mailbox is there for over a year once it was made. At once as many as 200 people have, twice over: they all make theirs anew
   * at a relay that lost its own, or that they move to. 17,000 a day are 86 for each of them, and 1.8 GB in the end of somebody
   * who makes them for nothing.
   */
  opensPerAddress: { burst: 50_000, perSecond: 0.2 },
  /** Attempts to become a member, of one connection. Codes have 128 bits: this bounds work, not luck. */
  joins: { burst: 30, perSecond: 0.1 },
  /** The same of all connections and HTTP requests from one address: a school that joins in one lesson. */
  joinsPerAddress: { burst: 1000, perSecond: 1 },
  /** TURN credentials of one connection: one an hour, and some tries. Then of all connections from one address. */
  turns: { burst: 4, perSecond: 0.005 },
  turnsPerAddress: { burst: 1000, perSecond: 1 },
  /**
   * How long TURN credentials are good for to begin with: longer than it takes to connect, and not for long in the hands of
   * somebody who passes them on. What was begun with them goes on.
   */
  turnMs: 60 * minuteMs,
  /**
   * Envelopes of one connection, into whatever mailboxes: a thousand messages that waited, to 32 people each.
   * And bytes of them, of bundles, and of what is remembered of their takers, with what each row counts for: such a
   * thousand has 130 MiB. After that, fifteen envelopes of 4 KiB a second.
   */
  putsPerConnection: { burst: 32_000, perSecond: 100 },
  putBytesPerConnection: { burst: 256 * mebibyte, perSecond: 64 * kibibyte },
  /**
   * The same of all connections and HTTP requests from one address. 200 people behind it who write a hundred messages each in eight hours, to
   * 16 people who say that they came, put 100 KiB a second. Whoever wants to fill a relay of 10 GB needs most of a day.
   */
  putsPerAddress: { burst: 200_000, perSecond: 1000 },
  putBytesPerAddress: { burst: gibibyte, perSecond: 128 * kibibyte },
  /** Envelopes into one mailbox: a full one at once, then faster than anybody types. */
  puts: { burst: 1000, perSecond: 20 },
  /** Envelopes into one invite mailbox; and into all of them together. Beyond, proof of work is asked for. */
  invitePuts: { burst: 60, perSecond: 0.2 },
  invitePutsInAll: { burst: 20_000, perSecond: 100 },
  /** Envelopes with proof of work into one invite mailbox: somebody with much hardware must not flood its owner. */
  provenPuts: { burst: 60, perSecond: 1 },
  /**
   * Zero bits of the hash that is asked for: a million hashes on average, a second of a computer and some of a phone.
   * 0: no work helps, strangers wait. More than the protocol's 22 are not asked for.
   */
  workBits: 20,
  /** Work has to be used within this time, or the same time again. */
  workMs: 10 * minuteMs,
  /** Work that is remembered as used, some 100 bytes each ([Note: Spent work] in mailbox/stranger-work.ts). */
  spentWork: 20_000,
  /** Segments put with one write key: 400 MB at once, then 50 MB/s. */
  segments: { burst: 1600, perSecond: 200 },
  /**
   * Bytes of new segments from one address, into whatever mailboxes, with what each takes of the disk besides: media make room
   * for media, so who puts without end pushes out what others wait for. At once as much as a mailbox has room for, which is two of
   * the largest blobs and some photos, then 3.5 GiB an hour: more than a family sends, and over an hour for all the room that a
   * relay has by default.
   */
  segmentBytesPerAddress: { burst: 5 * gibibyte, perSecond: mebibyte },
  /** STUN answers to one address: a dial asks a few times; a school behind one address dials all the time. */
  stun: { burst: 200, perSecond: 20 },
  /** Keys with a bucket of their own, per kind: about 100 bytes each. The idlest goes first. */
  bucketKeys: 100_000,

  // ---- wake-ups
  /** Browsers that one mailbox wakes: a person's devices. Beyond, the one that was set first goes. */
  pushDevices: 8,
  /** How long a push service keeps a wake-up for a device that is off: as long as what it tells of. */
  pushLifeMs: 28 * dayMs,
  /** Between two pushes to one browser, for each makes it show a notification; doubled up to the longest while nothing is fetched. */
  pushGapMs: minuteMs,
  pushLongestGapMs: 60 * minuteMs,
  /** A client says something every 25 s, or a minute where the browser slows it down: silent for longer it is asleep. */
  pushAwakeMs: 90 * secondMs,
  /** Clients that are awake have fetched what came by then; after a restart, they are back by then. */
  pushPatienceMs: 2 * minuteMs,
  /**
   * Pushes on their way at once to services that are named, and to one of them: at most its share, so that some that hang
   * do not keep the others waiting ([Note: Shares] in push/queue.ts). At 5 answers a second 16 are 80 pushes a second.
   */
  pushesAtOnce: 64,
  pushesPerHost: 32,
  /** The same for servers that people chose, where any may be: few, for anybody can make them hang. */
  otherPushesAtOnce: 16,
  pushesPerOtherHost: 2,
  /** From the name to the headers of the answer. Services take less than a second. */
  pushTimeoutMs: 10 * secondMs,
  /** A service says little, and nobody reads it. */
  pushAnswerBytes: 16 * kibibyte,
  /** After that many tries the next envelope is waited for. */
  pushAttempts: 5,
  pushRetryMs: 5 * secondMs,
  /** Whatever a service asks for: it might ask for years. */
  pushLongestWaitMs: 60 * minuteMs,
  /** Browsers remembered as woken or to be woken, about 1 KiB each; beyond, one that waits for nothing goes, or none is added. */
  pushesRemembered: 50_000,

  // ---- keeping house
  sweepMs: 5 * minuteMs,
  /** A clock that differs by this much from the time that passed was set: more than drift, less than a time zone. */
  clockJumpMs: 50 * minuteMs,
  /** Nothing expires for this long then: somebody notices a wrong clock within a day. */
  clockWaitMs: dayMs,
  /**
   * What a sweep deletes before it lets waiting puts through, and what all who acknowledge delete at once: rows, and bytes in them,
   * some ten milliseconds.
   */
  sweepRows: 500,
  sweepBytes: 8 * mebibyte,
  /** Jobs that share one commit: keeps the time between two looks at the network short. */
  jobsPerCommit: 512,
  /** Open connections get this long to end by themselves when the relay stops. */
  stopMs: 2 * secondMs,
  /** The disk keeps at least this much free, whatever `--max-disk` says. */
  freeBytes: 64 * mebibyte,
} as const

export interface Rate {
  readonly burst: number
  readonly perSecond: number
}

/** All limits of a running relay. */
export type RelayLimits = {
  readonly [Name in keyof typeof defaultLimits]: (typeof defaultLimits)[Name] extends number ? number : Rate
}
