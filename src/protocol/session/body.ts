// The body of a ratchet message (docs/protocol.md §4): a commitment to the message key, then the padded content. The
// commitment makes the AEAD key-committing: a body that two keys could open does not exist.

import { type Bytes, concatBytes, equalBytes } from '../bytes.ts'
import { padForEnvelope } from '../envelope/frame.ts'
import { unpad } from '../envelope/padding.ts'
import { openChaCha, sealChaCha } from '../primitives/chacha.ts'
import { sha256 } from '../primitives/hash.ts'
import { expandMessageKey } from './keys.ts'

/** What a body is bound to besides its key. */
export interface BodyContext {
  readonly transcript: Bytes
  /** Everything in front of the sealed header. */
  readonly prefix: Bytes
  readonly sealedHeader: Bytes
}

/** commit ‖ sealed content; undefined when the content fits no envelope. The message key must never be used again. */
export function sealBody(messageKey: Bytes, content: Bytes, context: BodyContext): Bytes | undefined {
  const padded = padForEnvelope(context.prefix, content)
  if (padded === undefined) return undefined
  const binding = bindingOf(context)
  const { key, nonce, commit } = expandMessageKey(messageKey, binding)
  return concatBytes(commit, sealChaCha(key, nonce, padded, concatBytes(context.transcript, binding)))
}

export function openBody(
  messageKey: Bytes,
  body: { readonly commit: Bytes; readonly sealedContent: Bytes },
  context: BodyContext,
): Bytes | undefined {
  const binding = bindingOf(context)
  const { key, nonce, commit } = expandMessageKey(messageKey, binding)
  if (!equalBytes(commit, body.commit)) return undefined
  const padded = openChaCha(key, nonce, body.sealedContent, concatBytes(context.transcript, binding))
  return padded && unpad(padded)
}

function bindingOf(context: BodyContext): Bytes {
  return sha256(context.prefix, context.sealedHeader)
}
