// The only doors from the messenger to the world. Adapters in transport/, storage/ and media/ implement them;
// each has a contract suite in test/contract that every implementation runs.

import type { MailboxCommand, MailboxReply, RelayInfo, StoredEnvelope } from '../protocol/mailbox/command.ts'
import type { PeerLink } from './ports/peer-link.ts'

// ---------------------------------------------------------------- small ports

export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** Calls back once after `delayMs`; the returned function cancels. */
  after(delayMs: number, callback: () => void): () => void
}

export interface Random {
  /** Fresh cryptographically secure bytes, owned by the caller. Needs no `this`. */
  readonly bytes: (length: number) => Uint8Array
}

/** Events are constants; fields never hold secrets, ids, addresses, names or content. */
export interface Log {
  debug(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  /** Means a bug. */
  error(event: string, fields?: LogFields): void
}
export type LogFields = Readonly<Record<string, string | number | boolean>>

// ---------------------------------------------------------------- records

export interface Row {
  readonly key: string
  readonly value: Uint8Array
}

export type Write =
  | { readonly kind: 'put'; readonly store: string; readonly key: string; readonly value: Uint8Array }
  | { readonly kind: 'delete'; readonly store: string; readonly key: string }

/** Keys compare by UTF-16 code unit. Bounds are exclusive. */
export interface RowRange {
  readonly prefix?: string
  readonly after?: string
  readonly before?: string
  readonly limit?: number
  /** Highest key first. */
  readonly reverse?: boolean
}

/**
 * Records, sealed at rest by the implementation (row binding: a row moved to another key does not open).
 * One writer at a time: the caller holds the profile's lock.
 */
export interface Store {
  get(store: string, key: string): Promise<Uint8Array | undefined>
  list(store: string, range?: RowRange): Promise<readonly Row[]>
  /** All or nothing, and durable when it resolves. Writes apply in order. @throws StorageError */
  commit(writes: readonly Write[]): Promise<void>
  close(): Promise<void>
}

// ---------------------------------------------------------------- media segments

/** Sealed segments by blob id (lower-case hex). Holds ciphertext only. */
export interface BlobStore {
  /** Reserves a blob; a no-op when it exists with the same count. @throws StorageError `full`, `conflict` */
  create(blobId: string, segmentCount: number): Promise<void>
  /**
   * Writes one segment (≤ 256 KiB). Durable after the next `sync`. Writing a present segment again is a no-op.
   * The bytes are the store's from here on: the caller neither changes nor reads them again.
   */
  write(blobId: string, index: number, bytes: Uint8Array): Promise<void>
  /** Makes everything written to this blob survive a crash. */
  sync(blobId: string): Promise<void>
  read(blobId: string, index: number): Promise<Uint8Array | undefined>
  /** One bit per segment, most significant first; undefined when the blob is unknown. */
  present(blobId: string): Promise<Uint8Array | undefined>
  delete(blobId: string): Promise<void>
  list(): Promise<readonly string[]>
  usage(): Promise<{ readonly usedBytes: number; readonly quotaBytes?: number }>
  close(): Promise<void>
}

// ---------------------------------------------------------------- media preparation

/** `file`: the exact bytes, with whatever is in them about place and time; the receiver only saves them. */
export type Quality = 'standard' | 'hd' | 'original' | 'file'

/** A Blob or File, bytes, or (Node only) the path of a file. */
export type MediaSource = Blob | Uint8Array | string

/** What leaves the device for one medium: metadata already gone, but of a file. Close it when sealed. */
export interface PreparedMedia {
  readonly kind: 'photo' | 'video' | 'voice' | 'file'
  readonly mime: string
  /** As displayed: upright, in pixels; 0 where there is no picture. */
  readonly width: number
  readonly height: number
  /** Of videos and voice notes. */
  readonly durationMs?: number
  /** About 25 bytes; absent where the platform cannot decode pixels. */
  readonly thumbhash?: Uint8Array
  readonly sizeBytes: number
  /** Bytes [start, end) of the rendition. */
  read(start: number, end: number): Promise<Uint8Array>
  /** A still for a video. */
  readonly poster?: {
    readonly mime: string
    readonly width: number
    readonly height: number
    readonly bytes: Uint8Array
  }
  /** The photo or video as it was taken, besides the one that is shown; metadata gone too. Fetched only by who asks for it. */
  readonly original?: {
    readonly mime: string
    readonly width: number
    readonly height: number
    readonly durationMs?: number
    readonly sizeBytes: number
    read(start: number, end: number): Promise<Uint8Array>
  }
  /** Of a voice note: the loudness of 64 equal parts, 0 to 255. */
  readonly waveform?: Uint8Array
  /** Of a file: what it is called where it comes from, where that is known. */
  readonly name?: string
  close(): Promise<void>
}

export interface MediaPreparer {
  /** @throws MediaError with a code of `MediaErrorCode` */
  prepare(
    source: MediaSource,
    options: {
      readonly quality: Quality
      /** It is a recording of a voice: to become a voice note. */
      readonly voice?: boolean
      /** Of a video. */
      readonly video?: VideoEdits
      readonly signal?: AbortSignal
      readonly onProgress?: MediaProgress
    },
  ): Promise<PreparedMedia>
}

/** What is changed in a video before it is sent. In quality `file` nothing is left out: `trim` and `mute` are `unsupported`. */
export interface VideoEdits {
  /** The part that is sent; nothing outside of it leaves. Where it cannot be encoded anew, it begins and ends with whole frames inside. */
  readonly trim?: { readonly startMs: number; readonly endMs: number }
  /** Without its sound. */
  readonly mute?: boolean
  /** Which moment of what is sent its still shows. */
  readonly posterMs?: number
}

/** `fraction`: 0 to 1, of all there is to do, and never back. */
export type MediaProgress = (fraction: number, stage?: MediaStage) => void
export type MediaStage =
  /**
   * `read`: also what must not leave is taken out. In bytes of the file for reading and decoding, of the result for
   * encoding.
   */
  | { readonly kind: 'read' | 'decode' | 'encode'; readonly doneBytes: number; readonly totalBytes: number }
  /** A video is encoded anew: how much of its time is done, and how many bytes that made. */
  | { readonly kind: 'convert'; readonly doneMs: number; readonly totalMs: number; readonly writtenBytes: number }

export type MediaErrorCode =
  | 'empty'
  | 'not-media'
  | 'damaged'
  | 'unsupported'
  | 'too-large'
  | 'unreadable'
  | 'no-memory' // this device could not hold it while it was worked on
  | 'no-room' // the disk is full, or the browser gives no more of it, while it is written anew
  | 'not-loaded' // code that this kind of file needs could not be fetched
  | 'not-converted' // it could not be made smaller, cut or joined here; as it is, in Original, it can be sent
  | 'not-cut' // its own encoding is kept, and has no frame in the chosen part that a film can begin with
  | 'cancelled'

export class MediaError extends Error {
  override readonly name = 'MediaError'
  readonly code: MediaErrorCode
  /** The same file can go out with quality `file`, with whatever is in it. */
  readonly asFile: boolean
  constructor(code: MediaErrorCode, options?: ErrorOptions & { readonly asFile?: boolean }) {
    super(`media: ${code}`, options)
    this.code = code
    this.asFile = options?.asFile ?? false
  }
}

// ---------------------------------------------------------------- storage errors

export type StorageErrorCode =
  | 'full'
  | 'conflict'
  | 'damaged'
  | 'locked' // open in another tab or process
  | 'sealed' // the device alone does not open it, and nothing else was given
  | 'wrong-secret' // what was given does not open it
  | 'mistyped-words' // not recovery words: an unknown word, a wrong number of them, or their checksum does not fit
  | 'no-memory' // to make a key of a passphrase
  | 'unavailable'
  | 'closed'

export class StorageError extends Error {
  override readonly name = 'StorageError'
  readonly code: StorageErrorCode
  constructor(code: StorageErrorCode, options?: ErrorOptions) {
    super(`storage: ${code}`, options)
    this.code = code
  }
}

// ---------------------------------------------------------------- transport

export type TransportErrorCode =
  | 'relay-unreachable' // no answer at all
  | 'not-a-relay' // something answers, but it is no Safelight relay
  | 'relay-version' // a relay of a protocol version we do not speak
  | 'not-a-member' // the relay opens mailboxes for members only
  | 'banned' // the relay took this device's membership away
  | 'relay-refused' // typed refusal of a blob request; see `status`
  | 'peer-unreachable' // no direct connection could be made
  | 'peer-closed' // the direct connection ended
  | 'peer-protocol' // the peer sent something malformed or too large
  | 'timeout'
  | 'cancelled'

export class TransportError extends Error {
  override readonly name = 'TransportError'
  readonly code: TransportErrorCode
  readonly status: number | undefined
  readonly retryAfterMs: number | undefined
  constructor(code: TransportErrorCode, options?: ErrorOptions & { status?: number; retryAfterMs?: number }) {
    super(`transport: ${code}`, options)
    this.code = code
    this.status = options?.status
    this.retryAfterMs = options?.retryAfterMs
  }
}

export interface CallOptions {
  readonly signal?: AbortSignal
}

/** Everything between this device and one relay. `url` is its origin, for example `https://relay.example`. */
export interface RelayConnection {
  readonly url: string
  /** `live`: the stream stands, pushes arrive and this device has a circuit address there. */
  readonly state: 'connecting' | 'live' | 'offline'
  /** The relay's description, fetched once per connection. @throws TransportError */
  info(options?: CallOptions): Promise<RelayInfo>
  /**
   * Runs commands in order, over the stream when live, else over HTTP; one reply per command.
   * `subscribe` works only when live. @throws TransportError
   */
  call(commands: readonly MailboxCommand[], options?: CallOptions): Promise<readonly MailboxReply[]>
  /** Uploads one sealed segment, on the account of a mailbox. @throws TransportError */
  putSegment(
    blobId: string,
    index: number,
    bytes: Uint8Array,
    options: CallOptions & { readonly writeKey: Uint8Array; readonly segmentCount: number },
  ): Promise<void>
  /** Undefined when the relay does not have it (yet, or any more). @throws TransportError */
  getSegment(blobId: string, index: number, options?: CallOptions): Promise<Uint8Array | undefined>
  /** Which segments the relay has, one bit each; undefined when it knows nothing of the blob. @throws TransportError */
  presentSegments(blobId: string, options?: CallOptions): Promise<Uint8Array | undefined>
}

export interface TransportEvents {
  /** A relay's connection changed. On `live` the messenger subscribes again. */
  relay(connection: RelayConnection): void
  /** New envelopes in a subscribed mailbox. */
  push(url: string, mailboxId: Uint8Array, envelopes: readonly StoredEnvelope[]): void
  /** Somebody dialled this device. */
  peer(link: PeerLink): void
}

export interface Transport {
  /** Called once, before anything else. */
  start(events: TransportEvents): Promise<void>
  /** The relays to keep live connections to, with redial; others are closed. Origins. */
  keepRelays(urls: readonly string[]): void
  /** The connection to a relay, made on first use (HTTP only, unless kept). */
  relay(url: string): RelayConnection
  /** This device's transport address for presence; fresh per run, never an identity. Undefined until libp2p is up. */
  readonly peerId: string | undefined
  /** Dials a device through a relay both use. @throws TransportError `peer-unreachable`, `timeout`, `cancelled` */
  dial(relayUrl: string, peerId: string, options?: CallOptions): Promise<PeerLink>
  /** Whether direct connections are wanted at all: false refuses and makes none (everything goes through relays). */
  setDirect(allowed: boolean): void
  close(): Promise<void>
}
