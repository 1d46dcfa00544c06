// A report: signed statements of one person as a file that the one they were made to hands to whom they choose. JSON, so that it
// can be read as it is; each value stands in it once, so that nothing can be shown that is not signed. Spec: docs/protocol.md §12.

import type { Bytes } from '../bytes.ts'
import { equalBytes, fromBase64Url, fromHex, fromUtf8, toBase64Url, toHex, utf8 } from '../bytes.ts'
import { EncodingError } from '../cbor/value.ts'
import type { MediaKind } from '../content/content.ts'
import { openCertificate } from '../identity/certificate.ts'
import { limits } from '../limits.ts'
import type { MediumStatement, Statement } from './statement.ts'
import { verifyStatement } from './statement.ts'

export type ReportVerdict =
  | {
      readonly holds: true
      /** Fingerprint of the account whose device signed, hex: the one that the safety number of its contacts is made of. */
      readonly author: string
      /** Fingerprint of whom it was said to, hex. Whoever has the file may be somebody else. */
      readonly recipient: string
      readonly messages: readonly ReportedMessage[]
    }
  | { readonly holds: false; readonly reason: ReportProblem }

export type ReportProblem =
  | 'too-large' // of more than 2 MiB
  | 'no-report' // something else, cut, or changed in its form
  | 'version' // of a later version
  | 'certificate' // the certificate is not valid, or not the named author's
  | 'signature' // at least one message was not signed like this by that device, for that recipient

/** Media are named, never in it: `hash` is over everything that the message says of them, their key included. */
export interface ReportedMessage {
  readonly id: string
  /** By the author's clock. */
  readonly sentAt: number
  /** What the author called themselves, in a request. */
  readonly name?: string
  readonly text?: string
  readonly media: readonly {
    readonly kind: MediaKind
    readonly caption?: string
    readonly altText?: string
    readonly name?: string
    readonly hash: string
  }[]
}

export interface SignedStatement {
  readonly said: Omit<Statement, 'recipient'>
  readonly signature: Bytes
}

export interface Report {
  /** Of the device that signed. */
  readonly certificate: Bytes
  /** Fingerprint. */
  readonly recipient: Bytes
  /** 1 to 64. */
  readonly messages: readonly SignedStatement[]
}

const format = 'safelight report'
const version = 1
const [quote, backslash] = [0x22, 0x5c]
/** File, messages, message, media, medium. */
const deepest = 5

/** Nothing is verified. @throws EncodingError for a certificate that is none */
export function encodeReport({ certificate, recipient, messages }: Report): Bytes {
  const author = openCertificate(certificate)?.fingerprint
  if (author === undefined) throw new EncodingError()
  const file = {
    format,
    version,
    author: toHex(author),
    certificate: toBase64Url(certificate),
    recipient: toHex(recipient),
    messages: messages.map(({ said, signature }) => ({
      id: toHex(said.messageId),
      sentAt: new Date(said.sentAtMs).toISOString(),
      name: said.name,
      text: said.text,
      media: said.media.map(({ kind, caption, altText, name, hash }) => ({
        kind,
        caption,
        description: altText,
        name,
        hash: toHex(hash),
      })),
      signature: toHex(signature),
    })),
  }
  return utf8(`${JSON.stringify(file, undefined, 2)}\n`)
}

/** For anybody who is handed a report: says who said what to whom, or why the file does not show it. Needs nothing but the file. */
export function verifyReport(file: Uint8Array | string): ReportVerdict {
  const bytes = typeof file === 'string' ? utf8(file) : file
  if (bytes.length > limits.reportBytes) return failed('too-large')
  const value = parse(bytes)
  if (!isRecord(value) || value['format'] !== format) return failed('no-report')
  if (value['version'] !== version) return failed(Number.isSafeInteger(value['version']) ? 'version' : 'no-report')
  const report = readReport(value)
  if (report === undefined) return failed('no-report')
  const certificate = openCertificate(report.certificate)
  if (certificate === undefined || toHex(certificate.fingerprint) !== value['author']) return failed('certificate')
  // One way of writing it alone: no name that stands there twice, no order or field of somebody else's making.
  if (!equalBytes(encodeReport(report), bytes)) return failed('no-report')
  const { recipient, messages } = report
  try {
    if (
      !messages.every(({ said, signature }) => verifyStatement(certificate.signKey, { recipient, ...said }, signature))
    )
      return failed('signature')
  } catch (error) {
    // Something that no content says.
    if (error instanceof EncodingError) return failed('no-report')
    throw error
  }
  return {
    holds: true,
    author: toHex(certificate.fingerprint),
    recipient: toHex(recipient),
    messages: messages.map(({ said }) => view(said)),
  }
}

function failed(reason: ReportProblem): ReportVerdict {
  return { holds: false, reason }
}

function view({ messageId, sentAtMs, name, text, media }: Omit<Statement, 'recipient'>): ReportedMessage {
  return {
    id: toHex(messageId),
    sentAt: sentAtMs,
    ...(name === undefined ? {} : { name }),
    ...(text === undefined ? {} : { text }),
    media: media.map(({ hash, ...said }) => ({ ...said, hash: toHex(hash) })),
  }
}

function parse(bytes: Bytes): unknown {
  if (!isShallow(bytes)) return undefined
  const text = fromUtf8(bytes)
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Nothing in a report is deeper than a medium; a million brackets would keep a parser busy for seconds. */
function isShallow(bytes: Bytes): boolean {
  let depth = 0
  let isText = false
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]
    if (isText && byte === backslash) at++
    else if (byte === quote) isText = !isText
    else if (!isText && (byte === 0x5b || byte === 0x7b)) depth++
    else if (!isText && (byte === 0x5d || byte === 0x7d)) depth--
    if (depth > deepest) return false
  }
  return true
}

type Json = Readonly<Record<string, unknown>>

function readReport(value: Json): Report | undefined {
  const certificate = readBase64(value['certificate'])
  const recipient = readHex(value['recipient'], 32)
  const { messages } = value
  if (!Array.isArray(messages) || messages.length === 0 || messages.length > limits.reportMessages) return undefined
  const read = messages.map(readMessage)
  if (certificate === undefined || recipient === undefined || !areThere(read)) return undefined
  return { certificate, recipient, messages: read }
}

function readMessage(value: unknown): SignedStatement | undefined {
  if (!isRecord(value) || !Array.isArray(value['media']) || value['media'].length > limits.mediaItems) return undefined
  const { sentAt, name, text } = value
  const messageId = readHex(value['id'], 16)
  const signature = readHex(value['signature'], 64)
  const sentAtMs = typeof sentAt === 'string' ? Date.parse(sentAt) : Number.NaN
  const media = value['media'].map(readMedium)
  if (messageId === undefined || signature === undefined || !areThere(media)) return undefined
  if (!Number.isSafeInteger(sentAtMs) || !isOptionalText(name) || !isOptionalText(text)) return undefined
  const words = { ...(name === undefined ? {} : { name }), ...(text === undefined ? {} : { text }) }
  return { said: { messageId, sentAtMs, ...words, media }, signature }
}

function readMedium(value: unknown): MediumStatement | undefined {
  if (!isRecord(value)) return undefined
  const { kind, caption, description, name } = value
  const hash = readHex(value['hash'], 32)
  if (hash === undefined || !isKind(kind)) return undefined
  if (!isOptionalText(caption) || !isOptionalText(description) || !isOptionalText(name)) return undefined
  return {
    kind,
    ...(caption === undefined ? {} : { caption }),
    ...(description === undefined ? {} : { altText: description }),
    ...(name === undefined ? {} : { name }),
    hash,
  }
}

function readHex(value: unknown, length: number): Bytes | undefined {
  const bytes = typeof value === 'string' && value.length === 2 * length ? fromHex(value) : undefined
  return bytes?.length === length ? bytes : undefined
}

function readBase64(value: unknown): Bytes | undefined {
  return typeof value === 'string' && value.length <= 2 * limits.certificateBytes ? fromBase64Url(value) : undefined
}

function isOptionalText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string'
}

function isKind(value: unknown): value is MediaKind {
  return value === 'photo' || value === 'video' || value === 'voice' || value === 'file'
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function areThere<T>(items: readonly (T | undefined)[]): items is readonly T[] {
  return items.every((item) => item !== undefined)
}
