// Every bound of the protocol that a peer, a relay or a link could otherwise choose, with its reason.
// The relay publishes its own, possibly smaller, limits; these are what the bytes allow at all.

const kibibyte = 1024
const mebibyte = 1024 * kibibyte
const hourMs = 60 * 60 * 1000
const dayMs = 24 * hourMs

export const limits = {
  // ---- CBOR
  /** No structure of the protocol nests deeper than 8; a decoder that recurses must stop long before the stack does. */
  cborDepth: 16,
  /** Data items in one content: 32 videos with poster and original, each with a list of hashes, need about 6,000. */
  contentItems: 8192,

  // ---- times
  /** The last millisecond that a JavaScript date can name: a later one could be shown nowhere. */
  timeMs: 8_640_000_000_000_000,

  // ---- envelopes and content (§6)
  /** The only sizes of an envelope: what is inside cannot be told from the size. */
  envelopeSizes: [4 * kibibyte, 8 * kibibyte, 16 * kibibyte, 32 * kibibyte, 64 * kibibyte],
  envelopeBytes: 64 * kibibyte,
  /** Leaves 8 KiB of the largest envelope for the ratchet header (2.4 KiB) and a repeated first-message prefix (about 2 KiB). */
  contentBytes: 56 * kibibyte,
  /** A message names the newest messages it follows; more branches than this never exist between two people. */
  parents: 8,
  groupHeads: 8,
  /** Of each kind. One receipt covers a long absence; more go in a further receipt. 5 × 256 ids are 22 KiB. */
  receiptIds: 256,
  /** People who are named in a message: everybody in the largest group. */
  mentions: 32,
  /** The longest emoji have 10 code points; some room for later ones. */
  emojiCodePoints: 16,
  /** A screenful of selected messages; 4 KiB. */
  unsentIds: 256,
  /** Less is a view (§6); longer than a year nobody waits for something to go. */
  lifeMinMs: 5_000,
  lifeMs: 366 * dayMs,
  /** A screenful of photos; with short captions it fits one envelope. */
  mediaItems: 32,
  nameCodePoints: 64,
  textCodePoints: 10_000,
  captionCodePoints: 1_000,
  /** In UTF-8: what file systems take. */
  fileNameBytes: 255,
  /** Amplitudes of a voice note, one byte each: as many bars as a narrow screen has room for. */
  waveformBytes: 64,
  /** A picture to be seen for longer needs no limit of time. */
  viewSeconds: 10,
  /** A registered media type is far shorter; RFC 6838 allows 127 characters a side. */
  mimeBytes: 127,
  /** Pixels a side: the largest that any browser decodes. */
  pixels: 65_535,
  /** A week: longer than anything that fits the largest blob. */
  durationMs: 7 * dayMs,
  /** A ThumbHash is 5 to 25 bytes; some room for a later variant. */
  thumbhashBytes: 32,

  // ---- devices (§1)
  /** Additions and revocations in one account's life. Each is about 200 bytes, so a full log is 100 KiB. */
  deviceLogEntries: 512,
  /** Real ones are about 310 bytes. Every first message has a slot of 512 for one and its length. */
  certificateBytes: 508,

  // ---- invites (§2)
  inviteRelays: 3,
  inviteUses: 1000,
  /** Decoded bytes of an invite: three long relay addresses and a long name need 1.1 KiB. */
  inviteBytes: 2 * kibibyte,
  /** Scheme, a host name of 253 characters, and a port. */
  originBytes: 267,

  // ---- prekeys (§3)
  prekeyLifetimeMs: 7 * dayMs,
  /** A device's clock may be off by this much. */
  clockSkewMs: 1 * dayMs,
  /** 30 days in a mailbox plus the 7 days the key was offered. */
  prekeySecretLifetimeMs: 37 * dayMs,
  oneTimePrekeys: 100,
  /** Sets whose secrets are kept for one mailbox: one a day for the life of secrets, and some more. */
  prekeySets: 40,
  /** Certificate, X25519 prekey and last-resort X-Wing prekey with their signatures: about 2.4 KiB. */
  bundleMainBytes: 8 * kibibyte,
  /** One X-Wing prekey (1,216 bytes) with its signature and seal: about 1.5 KiB. */
  bundleOneTimeBytes: 4 * kibibyte,

  // ---- ratchet and sessions (§4, §5)
  /** Messages of one epoch that may be missing before one that arrives: bounds the hashing a peer can cause. */
  ratchetForwardJump: 2000,
  /** Stored message keys of skipped messages per session; the oldest go first. 2,000 × 80 bytes are 160 KiB. */
  ratchetSkippedKeys: 2000,
  /** Earlier epochs whose late messages can still be opened. */
  ratchetOldEpochs: 5,
  /** A skipped key or an old epoch lives as long as a message can lie in a mailbox, and the life of a prekey. */
  ratchetLateMs: 37 * dayMs,
  /** Besides the one used for sending: more follow each other only when something is wrong. */
  sessionsInactive: 5,
  /** An older session only receives, and for this long. */
  sessionInactiveMs: 7 * dayMs,
  /** A first message that nobody answered for as long as relays keep it was not read: a new one is made. */
  sessionUnacknowledgedMs: 30 * dayMs,
  /** A relay that makes messages undecryptable makes a device begin anew this often at most. */
  sessionRefreshMs: hourMs,
  /** How long after a session was acknowledged a peer may still begin one as if it had not heard of it. */
  sessionCrossingMs: hourMs,
  /**
   * By how much the clocks of two people may differ where the time of a first message is compared: those that a network sets
   * differ by less. Longer would hide somebody who comes with old keys right after.
   */
  crossingSkewMs: 30 * 1000,

  /**
   * Psks of epochs that are over, kept for each session that a contact may go on from: a copy of their device that is no
   * more turns older is recognised, and their person and mine can decide about it. 4 KiB beside the session.
   */
  earlierProofs: 128,

  // ---- mailbox commands (§2 and relay)
  commandsPerRequest: 256,
  requestBytes: 2 * mebibyte,
  /** One reply frame or push; `more` says that a fetch has to go on. */
  responseBytes: 2 * mebibyte,
  /** Data items in one request or response: 1,000 envelopes of 4 items each, or 256 replies, with room. */
  frameItems: 32_768,
  envelopesPerPut: 64,
  envelopesPerFetch: 1000,
  idsPerAck: 1000,
  mailboxesPerSubscribe: 1024,
  membershipBytes: 512,
  /** 128 random bits: nobody guesses a code of a relay, and a QR code of the link stays small. */
  joinCodeBytes: 16,
  /** Addresses of push services have 150 to 500 characters. */
  pushEndpointBytes: 1024,
  /**
   * Zero bits of proof of work that a relay may ask for one envelope: 4 million hashes on average, some seconds of a
   * computer and half a minute of a phone. For more no client works.
   */
  workBits: 22,
  /** One TURN server, over UDP, TCP and TLS, with one to spare. */
  turnUrls: 4,
  turnUrlBytes: 256,
  /** A time in seconds and a SHA-1 in base64 are 10 and 28; other schemes are longer. */
  turnCredentialBytes: 128,
  /** A day: a device asks again while its relay is there. */
  turnMs: dayMs,
  /** A libp2p peer id in base58 is 46 to 53 characters. */
  peerIdBytes: 128,
  /** A day: a relay that says "later" cannot silence a client for longer. */
  retryAfterMs: dayMs,

  // ---- media (§7)
  segmentBytes: 256 * kibibyte,
  /** Size of a FLOE header. */
  blobHeaderBytes: 74,
  /** Plain bytes of one rendition; 2 GiB and some room. */
  blobBytes: 4 * 1024 * mebibyte,
  /** 4 GiB in segments of 256 KiB, and the Padmé padding (at most 12 %). */
  blobSegments: 18_432,
  /** Segment hashes written into the manifest itself; longer lists are a blob of their own. */
  inlineHashes: 32,

  // ---- at rest (§8): what a slot table may ask for that somebody changed on the disk
  /** One for each of a person's keys and phones. */
  passkeys: 8,
  /** With a passphrase and recovery words. */
  vaultSlots: 10,
  /** Eight passkeys with the longest ids are 10 KiB. */
  vaultTableBytes: 16 * kibibyte,
  /** KiB that Argon2id may fill, 256 MiB: four times what is used now, and what a phone can still give. */
  stretchMemoryKib: 256 * kibibyte,
  /** With the most memory, about 15 s on a slow phone. */
  stretchPasses: 10,
  /** A sentence that somebody remembers, in any script. */
  passphraseBytes: kibibyte,
  /** WebAuthn allows no longer ones. */
  passkeyIdBytes: 1023,
  /** 24 words of eight letters, with room for spaces. */
  recoveryTextBytes: kibibyte,

  // ---- groups (§9)
  /** Every message is sealed for each of them: 31 envelopes of at most 64 KiB are 2 MiB. */
  groupMembers: 32,
  /** 32 people who change something daily need most of a year; folding it again takes a fraction of a second. */
  groupOperations: 10_000,
  /** Held by a device, with what was made at the same time as the last that count, or by a member who does not stop. */
  groupHeldOperations: 11_000,
  /** Held beyond these: everybody can leave or be removed, whoever filled the log. */
  groupHeldDepartures: 1000,
  /** Of these, by one author: all others can be removed, and 31 who do not stop leave room for the last one. */
  groupHeldDeparturesOfOne: 32,
  /** The largest are additions: two certificates, a link and eight parents are 4.6 KiB. */
  groupOperationBytes: 6 * kibibyte,
  /** Of devices, kept opened: a group has 32 members, most with one. Some 2 KiB each. */
  groupCertificates: 256,
  /** A certificate, a link and a name with their frame. */
  groupConsentBytes: 3 * kibibyte,
  /** Three long origins and a long name in base64url, behind an origin. Real ones have about 270. */
  groupLinkCharacters: 2048,
  /** What an operation says of a picture: a hash now, and room for a manifest with 32 hashes, 1.4 KiB. */
  groupPictureBytes: 2 * kibibyte,
  /** The picture itself: it travels in one content of the second largest size, to each of 31 people. */
  groupPictureFileBytes: 24 * kibibyte,
  /** Decoded, 1 MiB. */
  groupPicturePixels: 512,
  /** What somebody adds to their wish to join. */
  groupJoinTextCodePoints: 1_000,
  /** Who is named in an invitation: members, and as many who are invited. */
  groupPeople: 64,
  /** Operations in one content; the smallest have some 500 bytes. */
  groupChunk: 128,
  /** A year: what is to be kept for longer is kept. */
  groupTimerMs: 366 * dayMs,
  /** Operations that came before their parents, of all authors and of one: 1.5 MiB. What is refused comes again. */
  groupWaiting: 256,
  groupWaitingOfOne: 32,
  /** Of a content, for operations sent together; the rest is its frame. */
  groupChunkBytes: 54 * kibibyte,

  // ---- reports (§12)
  /** A request, and as many messages as are kept of somebody who was not accepted, with room. */
  reportMessages: 64,
  /** The fullest message has 56 KiB, and six times that in JSON if it is all control characters: a few such, or all that people write. */
  reportBytes: 2 * mebibyte,

  // ---- direct connection (§10)
  /** Newest exporters tried when two devices prove a session to each other: they are at most two epochs apart. */
  directProofs: 3,
  /** One frame between peers: an envelope and its frame. */
  peerFrameBytes: 64 * kibibyte + 256,

  // ---- verification (§11)
  /** A code of this version has 104; one scanned from anywhere may have 7,089. Leaves room to recognise later versions. */
  verificationCodeCharacters: 512,
} as const
