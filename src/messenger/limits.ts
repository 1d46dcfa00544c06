// Bounds of the messenger. Those that a peer or a person can push against, each with its reason.

export const limits = {
  /** Code points; fits the largest envelope with room for quotes and mentions. */
  textLength: 10_000,
  /** Code points of a caption or a description. */
  captionLength: 1_000,
  /** People of a group who do not have one message yet: its members and those asked are 32. */
  unreached: 64,
  /** Files in one message: an album, not an archive. */
  attachments: 32,
  /** Bytes of one file: what relays take by default. */
  mediaBytes: 2 * 1024 * 1024 * 1024,
  /** Waiting requests; beyond, the oldest invite mailboxes simply keep them at the relay. */
  requests: 1_000,
  /**
   * Of those, so many have come when no more is taken from addresses of several uses. The rest is room for links that were
   * made for one person: whoever floods an address keeps out others at addresses, and nobody who was invited.
   */
  requestsAtAddresses: 900,
  /** Messages one stranger may leave before I answered. */
  messagesPerRequest: 50,
  /**
   * Bytes of what people wrote who wait for an answer: as much for all who came by an address of several uses, for all with a
   * link of their own, and for all who are known from a group. Ten thousand words of each of 250 people; a flood that fills
   * every message would be gigabytes.
   */
  requestBytes: 16 * 1024 * 1024,
  /** Of these, of one person: fifty of the largest messages, and what was changed in some. */
  bytesPerRequest: 4 * 1024 * 1024,
  /** Actions of one contact that wait for the messages they are about; beyond, the oldest go. */
  earlyActions: 200,
  /** People of one conversation to whom direct connections are made ready when it is looked at. */
  warmed: 4,
  /** Groups that this device knows, and invitations of one contact that wait for a word. */
  groups: 500,
  invitationsOfOne: 20,
  /** Introductions that were said yes to by themselves and led to nobody yet; beyond, they wait for a word. */
  openIntroductions: 50,
  /** People who ask by one link of a group, before it is used up: three times as many as there is room for. */
  groupAskers: 100,
  /** Contents of one contact that wait for operations of their group; beyond, the oldest go. */
  earlyContents: 200,
  /** Of these, bytes: they are held in memory. Two hundred texts, or twenty of the largest messages. */
  earlyContentBytes: 1024 * 1024,
  /** Changes of one entry of the follow list that are kept; entries and bytes of a list from a file. */
  followHistory: 100,
  follows: 100_000,
  followFileBytes: 64 * 1024 * 1024,
  /** People who get a place in one open call: a row names them all. */
  callPlaces: 256,
  /** People who are told that an open call is over: a session with each of them stays. Beyond, the link is used up. */
  callLate: 200,
  /** People of one broadcast: its media is stored once for each of them until they have it. */
  broadcastRecipients: 256,
  /** Posts of one person; beyond, the oldest go. */
  postsOfOne: 100,
  /** Versions of one text that are kept; beyond, the oldest go. */
  edits: 20,
  /**
   * Messages of one conversation that are looked at again when their media came, more than anybody passes before that; of
   * those beyond, the oldest, it is never said that they were seen.
   */
  passedMessages: 200,
  /** Pinned messages of a conversation: what is pinned is to be found at a glance. */
  pins: 50,
  /** Envelopes kept aside that this program failed on: enough to find the fault. */
  quarantine: 20,
  /**
   * First messages of one contact that are remembered, of those that came in the last 37 days: one an hour, the most that
   * a relay can make them send, are 888.
   */
  firstsPerContact: 1_000,
  /** Of everybody, strangers too: they are held in memory, some 200 bytes each. Twenty contacts at their worst. */
  firsts: 20_000,
  /** Envelopes of one contact that are recognised when they come again: more than one push or fetch has. */
  heardEnvelopes: 128,
  /** Receipts that are owed of one kind to one contact; beyond, the oldest are dropped, and given when the message comes again. */
  owedReceipts: 2_000,
  /** Sealed control envelopes that wait for one contact's relay; receipts are collected meanwhile, and addresses not said again. */
  waitingControls: 8,
  /** Actions that wait for one contact's relay, when what they ask for is answered by no more: what I do still goes. */
  waitingAnswers: 32,
  /** Operations of a group that one member is told in a minute for asking, or all that there are, once. */
  compareOperations: 128,
  /** Ids in one receipt envelope: 256 · 16 bytes stay in the smallest sizes. */
  receiptIds: 200,
  /** One-time keys for one contact, who begins a new session seldom; the last-resort key serves when they are gone. */
  contactOneTimeKeys: 4,
  /** One-time keys for a link of several uses; the relay hands out each once. */
  inviteOneTimeKeys: 100,
  /** When less than this part of them is left at the relay, new ones are made. */
  lowPoolFraction: 4,
  /** Contacts who get a new address in one go. */
  renewalsPerRound: 4,
  /** Bundles made and offered in one go: 50 keys, some 70 ms of work. More follow after a pause. */
  offersPerRound: 8,
  /** Envelopes in one put: the relay's request bound is 2 MiB. */
  putBatch: 16,
  /** Hashes of proof of work between two looks at the clock, and as many of these before everything else gets its turn. */
  workBatch: 512,
  workBatches: 16,
  /** Hashes done for one relay in `times.workMs`: 32 envelopes of what relays ask for, 8 of the most a device works for. */
  workHashes: 2 ** 25,
  /** Envelopes asked for at once. */
  fetchBatch: 24,
  /** Segments in flight to or from a relay: hides the round trip, ≤ 1 MiB of memory. */
  relaySegmentsInFlight: 4,
  /** Relays for which it is known on whose account a blob was put: a contact changes them seldom. */
  blobAccounts: 8,
  /** Blobs fetched at the same time: more would only share the same line. */
  concurrentDownloads: 3,
  /** Of those, from one contact: a slow one must not hold up the others. */
  downloadsPerContact: 2,
  /** Besides the sender, those who are dialled at a time for what nobody had: a group is large, and each sees the address. */
  holdersReached: 4,
} as const

const dayMs = 24 * 60 * 60 * 1000

export const times = {
  /** Longer than any handshake on a phone; the mailbox is used meanwhile. */
  dialMs: 12_000,
  /** How long a message waits for a direct connection before it takes the relay. */
  directPatienceMs: 5_000,
  /** After a failed dial. */
  dialCooldownMs: 20_000,
  /** After somebody was found away. */
  awayCooldownMs: 3_000,
  /**
   * How long media wait for somebody who began to fetch them over a connection: a page that is loaded again, a browser that
   * crashed or another network takes less, even on a slow device. Each second more is one in which my leaving for good would
   * cost them the rest.
   */
  comebackMs: 20_000,
  locateMs: 5_000,
  proofMs: 8_000,
  /** How long a message waits for its acknowledgement over a link before it takes the relay as well. */
  ackMs: 4_000,
  /** How long an envelope that came over a link lets older ones at the relay go first. */
  settleMs: 1_500,
  /** After that much more silence the link is taken for dead. */
  deadLinkMs: 10_000,
  callMs: 30_000,
  /** How long what was worked for one relay counts; a slice of work, and the pause after it: a page stays responsive. */
  workMs: 60 * 60 * 1000,
  workSliceMs: 10,
  workPauseMs: 1,
  /** How long an open conversation keeps trying for a direct connection. */
  warmMs: 60_000,
  warmRetryMs: 4_000,
  /** Receipts through a relay: 5 to 15 s late, so that arrival times do not link two people. */
  receiptMinMs: 5_000,
  receiptSpreadMs: 10_000,
  retryMinMs: 1_000,
  retryMaxMs: 60_000,
  /** A relay that takes no more segments for now is asked again when it says, so long without one that it took; then as after any failure. */
  segmentWaitMs: 30_000,
  /** A relay that had no time for all mailboxes is asked again when it says, but between these. */
  syncAgainMs: 2000,
  syncLatestMs: 5 * 60 * 1000,
  /** Without a live stream mailboxes are polled. */
  pollMs: 20_000,
  /** How long a list of requests waits for the relay, and how seldom it asks. */
  lookMs: 1_500,
  /** With one, every five minutes: a push may be lost. */
  livePollRounds: 15,
  /**
   * How long what waits for the person's word is not fetched again: a full mailbox is 64 MiB. Before, only if they decide, or
   * this device starts; after it in any case, for a relay that counts its envelopes anew may have put others before it.
   */
  undecidedMs: 6 * 60 * 60 * 1000,
  /** An invite unless something else is asked for: as long as its first prekeys live without being renewed. */
  inviteMs: 7 * dayMs,
  /** For one person: a month, as long as the message it is sent in may lie somewhere. Older ones are found, not awaited. */
  inviteMaxMs: 30 * dayMs,
  /** An address for many is printed and linked to; once a year somebody should look at it again. */
  addressMaxMs: 366 * dayMs,
  /** Prekeys are offered for 7 days: renewed after 5 to 6 of them, so that there are always some left. */
  offerRenewMs: 5 * dayMs,
  offerRenewSpreadMs: dayMs,
  /** For this long the same bundle is tried; one that could not be offered until then would be old when it comes. */
  offerPendingMs: dayMs,
  /** No bundle is made sooner after the last one, whatever a relay or a contact does. */
  offerRestMs: 60 * 60 * 1000,
  /** The same for one that ran low: one set a day leaves room for all of the life of its secrets. */
  offerRefillMs: dayMs,
  /** After a relay went live: messages go first, and not everybody comes at once when it was restarted. */
  offerFirstMs: 3_000,
  offerFirstSpreadMs: 7_000,
  /** Between two rounds of bundles, and between two looks at what is due. */
  offerPauseMs: 2_000,
  offerLookMs: 2 * 60 * 1000,
  /** How often a relay is asked what is left. */
  offerCountMs: 6 * 60 * 60 * 1000,
  /** A contact gets a new address to write to after 27 to 33 days. */
  renewMs: 27 * dayMs,
  renewSpreadMs: 6 * dayMs,
  /** After an attempt that a relay refused. */
  renewAgainMs: 60 * 60 * 1000,
  /** An old address is open for this long after they wrote to the new one: what was on its way comes, and media that were
   * put on its account go after 7 days. */
  oldMailboxMs: 8 * dayMs,
  /** After that much more a relay that does not answer is taken for gone. */
  deadRelayMs: 30 * dayMs,
  /** Who still writes to an old address is told the new one again, so often. */
  announceAgainMs: dayMs,
  /** Addresses are looked at soon after a start, then every hour or so; a few at a time. */
  rotationFirstMs: 30_000,
  rotationPauseMs: 10_000,
  rotationMs: 60 * 60 * 1000,
  /** When it is looked for keys whose time is over: after a start, and how often from then on. */
  forgetFirstMs: 60_000,
  forgetMs: 6 * 60 * 60 * 1000,
  /**
   * A first message of mine that nobody answered is not followed by another one sooner, whatever a relay does: each brings
   * all that waits into their mailbox once more. By then they have offered new prekeys.
   */
  refreshUnansweredMs: 7 * dayMs,
  /** Who was refused is not asked about again so soon: once a day can be borne, and a word may have been wrong. */
  refusedMs: dayMs,
  /** A request without an answer is made again, so often and for so long: seven envelopes more in the mailbox of an invite. */
  askAgainMs: dayMs,
  askForMs: 7 * dayMs + dayMs / 2,
  /** Everything is sent again to one contact this often at most, however often they begin anew. */
  resendRestMs: 60_000,
  /** After a start, before it is looked for what nobody answered. */
  refreshLookMs: 10_000,
  /** How long my word for a group is good: whoever invited me may be away. */
  consentMs: 30 * dayMs,
  /** For the members of a group; as long as an address may live. */
  groupLinkMs: 366 * dayMs,
  /** When it is looked for members without a session, and when one whose turn it is not begins. */
  reachLookMs: 10 * 60 * 1000,
  reachAnywayMs: 10 * 60 * 1000,
  /** After an attempt that failed; twice as long each time, up to `reachLookMs`. */
  reachAgainMs: 2000,
  /** How long a link to ask by lives: as an invite may. */
  joinLinkMs: 30 * dayMs,
  /** A picture that did not come behind its operation is asked for after this, and answered to one contact this often at most. */
  pictureAskMs: 2 * 60 * 1000,
  pictureRestMs: 60 * 1000,
  /**
   * What disappears, or is to be viewed once, waits for people of a group who cannot be reached for so long: who does not say
   * whether they want to join, and a member whose relay is away, must not keep it here for ever. As long as an invite lives.
   */
  unreachedMs: 7 * dayMs,
  /** What left for the members of a group goes to a newcomer who was heard of so long after it. */
  groupMissedMs: 60 * 60 * 1000,
  /** The same contact is asked for operations this often at most. */
  compareRestMs: 60 * 1000,
  /**
   * That a contact follows me is answered by itself this often at most. Who follows and unfollows in turn would have an answer
   * sealed to each; they are told how it stands a minute later.
   */
  followRestMs: 60 * 1000,
  /** What was said under operations that never came goes with what could still bring it: a relay keeps nothing for longer. */
  earlyContentMs: 37 * dayMs,
  /** How long a post lives, unless something else is asked for, and at most. */
  postMs: dayMs,
  postMaxMs: 7 * dayMs,
  /** How long what was read for a search is held after the last one. */
  searchKeptMs: 10 * 60 * 1000,
  /** When it is looked for messages whose time is over, if nothing is known to be sooner; and the shortest wait. */
  timerLookMs: 60 * 60 * 1000,
  timerStepMs: 250,
  /** A clock that is so far ahead of when this device last ran may be wrong: longer than most holidays. */
  clockLeapMs: 14 * dayMs,
  /** When it still shows so after this, it is believed; and how often it is looked at. */
  clockSureMs: 60 * 60 * 1000,
  clockLookMs: 60 * 60 * 1000,
  /** How often it is looked for what a relay no longer keeps. */
  expiryMs: 60 * 60 * 1000,
  /** A message from the future is shown as of this much later at most: clocks differ, centuries do not. */
  futureMs: 24 * 60 * 60 * 1000,
  progressMs: 120,
  /** How exactly it is known when a picture was last looked at: enough to tell which one is older. */
  usedMs: 60 * 60 * 1000,
  /** After media came, before it is looked whether others have to make room: an album comes at once. */
  makeRoomMs: 5_000,
  /** What nobody viewed goes after this: as long as a message may lie at a relay, so that nobody has less for having it early. */
  unviewedMs: 30 * dayMs,
  /** A replay is for the moment: it is there for a day after the first view. */
  replayableMs: dayMs,
  /** A view without a limit of time ends by itself, because a tab that dies closes nothing. */
  viewMs: 10 * 60 * 1000,
  /** To load and decode what is to be seen for seconds. */
  viewGraceMs: 60 * 1000,
  /** How often it is looked for views whose time is over. */
  viewLookMs: 60 * 60 * 1000,
} as const
