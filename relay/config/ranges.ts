// Between what values each limit of limits.ts can be set. Less would not work at all (a sweep that deletes nothing, a timer
// that never waits), more would be more than the protocol allows, a timer can wait, or anybody can have meant.

import { limits as protocol } from '../../src/protocol/limits.ts'
import type { RelayLimits } from '../limits.ts'

const kibibyte = 1024
const mebibyte = 1024 * kibibyte
const gibibyte = 1024 * mebibyte
const tebibyte = 1024 * gibibyte
const secondMs = 1000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** The least and the most. */
export type Range = readonly [least: number, most: number]
export interface RateRange {
  readonly burst: Range
  readonly perSecond: Range
}

const count: Range = [1, 1_000_000]
const many: Range = [1, 100_000_000]
/** Timers of Node end at 2^31 - 1 ms, some 24 days, and fire at once beyond. */
const timer: Range = [100, dayMs]
const life: Range = [hourMs, 3650 * dayMs]
/** Zero: none is taken. */
const disk: Range = [0, 1000 * tebibyte]
const buffer: Range = [2 * mebibyte, tebibyte]
const rate: RateRange = { burst: [1, 1e9], perSecond: [0.000_001, 1e9] }
/** The largest request has to be possible. */
const byteRate: RateRange = { burst: [protocol.requestBytes, 1e15], perSecond: [1, 1e15] }

export const ranges: { readonly [Name in keyof RelayLimits]: RelayLimits[Name] extends number ? Range : RateRange } = {
  envelopeBytes: [4 * kibibyte, protocol.envelopeBytes],
  mailboxEnvelopes: many,
  mailboxBytes: [protocol.envelopeBytes, 1000 * tebibyte],
  inviteEnvelopes: many,
  inviteBytes: [protocol.envelopeBytes, 1000 * tebibyte],
  inviteFreeEnvelopes: [0, 100_000_000],
  envelopeMs: life,
  tombstoneMs: life,
  mailboxIdleMs: [dayMs, 36_500 * dayMs],
  inviteIdleMs: [dayMs, 36_500 * dayMs],
  bundleMainBytes: [4 * kibibyte, protocol.bundleMainBytes],
  bundleOneTimeBytes: [2 * kibibyte, protocol.bundleOneTimeBytes],
  bundlePool: [1, protocol.oneTimePrekeys],
  bundleOneTimeMs: [hourMs, 8 * dayMs],
  takeMs: [hourMs, 30 * dayMs],
  takesPerMailbox: count,
  // Prekeys expire after eight days: forgotten before, one would be offered twice.
  takenMs: [8 * dayMs, 3650 * dayMs],
  segmentBytes: [kibibyte, protocol.segmentBytes],
  blobBytes: [kibibyte, tebibyte],
  blobSegments: count,
  mailboxBlobBytes: disk,
  inviteBlobBytes: disk,
  blobMs: life,
  requestBytes: [128 * kibibyte, protocol.requestBytes],
  commandsPerRequest: [1, protocol.commandsPerRequest],
  answerBytes: [kibibyte, 1.25 * mebibyte],
  answerEnvelopes: [1, 1500],
  takesPerRequest: [1, 16],
  keysPerTurn: count,
  pushBytes: [kibibyte, 1.25 * mebibyte],
  pushEnvelopes: [1, 1000],
  connections: count,
  connectionsPerAddress: count,
  upgradesPerAddress: rate,
  requestsPerAddress: rate,
  webSocketMessageBytes: [64 * kibibyte, 64 * mebibyte],
  webSocketFrames: count,
  webSocketChunks: count,
  webSocketBufferBytes: [64 * kibibyte, tebibyte],
  handshakeMs: timer,
  streamsPerConnection: [1, 1000],
  subscriptionsPerConnection: count,
  frameMs: timer,
  drainMs: timer,
  drainBytes: [1, mebibyte],
  bodyBytesAtOnce: buffer,
  bodyBytesPerAddress: buffer,
  answerBytesAtOnce: buffer,
  answerBytesPerAddress: buffer,
  answerMs: timer,
  streamBytesAtOnce: buffer,
  streamBytesPerAddress: buffer,
  stallMs: timer,
  roomMs: [10, minuteMs],
  headersMs: timer,
  requestMs: timer,
  headerBytes: [2 * kibibyte, mebibyte],
  commands: rate,
  opens: rate,
  commandsPerAddress: rate,
  opensPerAddress: rate,
  joins: rate,
  joinsPerAddress: rate,
  turns: rate,
  turnsPerAddress: rate,
  turnMs: [minuteMs, protocol.turnMs],
  putsPerConnection: rate,
  putBytesPerConnection: byteRate,
  putsPerAddress: rate,
  putBytesPerAddress: byteRate,
  puts: rate,
  invitePuts: rate,
  invitePutsInAll: rate,
  provenPuts: rate,
  workBits: [0, protocol.workBits],
  workMs: [minuteMs, dayMs],
  spentWork: many,
  segments: rate,
  segmentBytesPerAddress: byteRate,
  stun: rate,
  bucketKeys: [1000, 100_000_000],
  pushDevices: [1, 1000],
  pushLifeMs: [minuteMs, 28 * dayMs],
  pushGapMs: timer,
  pushLongestGapMs: timer,
  pushAwakeMs: timer,
  pushPatienceMs: [1, dayMs],
  pushesAtOnce: count,
  pushesPerHost: count,
  otherPushesAtOnce: count,
  pushesPerOtherHost: count,
  pushTimeoutMs: timer,
  pushAnswerBytes: [kibibyte, mebibyte],
  pushAttempts: [1, 1000],
  pushRetryMs: timer,
  pushLongestWaitMs: timer,
  pushesRemembered: many,
  sweepMs: [10, dayMs],
  clockJumpMs: [minuteMs, dayMs],
  clockWaitMs: [1, 3650 * dayMs],
  sweepRows: [1, 100_000],
  sweepBytes: [kibibyte, gibibyte],
  jobsPerCommit: [1, 100_000],
  stopMs: timer,
  freeBytes: disk,
}
