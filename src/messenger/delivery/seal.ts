// Turns a body into a sealed envelope in the outbox. The ratchet's next state, the envelope and whatever the caller
// writes beside them are one commit, so nothing leaves the device before its key is used up for good, and the same
// bytes are what every later attempt sends. Spec: docs/protocol.md §4, §6.

import type { Body, Content } from '../../protocol/content/content.ts'
import { encodeContent } from '../../protocol/content/codec.ts'
import { fromHex } from '../../protocol/bytes.ts'
import { limits } from '../../protocol/limits.ts'
import { sealMessage } from '../../protocol/session/seal.ts'
import { activeSession, replaceSession } from '../../protocol/session/sessions.ts'
import { UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import { StorageError } from '../ports.ts'
import type { Change } from '../records/ledger.ts'
import type { ContactRow } from '../records/rows.ts'
import { orderKey } from '../records/table.ts'

export interface SealOptions {
  /** Fresh for control bodies; the message's own for messages. */
  readonly messageId: string
  /** Of what says who or where I am: at least. */
  readonly sentAtMs: number
  /** Set for messages: their state follows this envelope, and these blobs have to get there too. */
  readonly message?: { readonly blobs: readonly string[] }
}

export interface Sealer {
  /**
   * Gives the content as it was encoded. Without a session a message waits unsealed in the outbox, and everything else is
   * left to the refresh that follows. @throws UsageError `too-many-attachments` when it fits no envelope
   */
  seal(change: Change, contactId: string, body: Body, options: SealOptions): Promise<Uint8Array>
}

/** `queued` is called after the commit. */
export function createSealer(context: Context, queued: (contactId: string) => void): Sealer {
  const { tables, random, clock, self } = context
  let sequence = 0
  for (const [key] of tables.outbox.held()) sequence = Math.max(sequence, Number.parseInt(key.slice(-12), 16))

  return {
    async seal(change, contactId, body, options) {
      const contact = await change.get(tables.contacts, contactId)
      const held = await change.get(tables.sessions, contactId)
      const active = held && activeSession(held)
      if (contact === undefined) throw new StorageError('damaged')
      const sentAtMs = isStatement(body) ? statementTime(contact, options) : options.sentAtMs
      const content: Content = {
        messageId: required(options.messageId),
        conversationId: required(contact.conversationId),
        parents: [],
        groupHeads: [],
        log: { length: self.identity.log.length, head: self.identity.log.head },
        sentAtMs,
        body,
      }
      const encoded = encodeContent(content)
      // Many files with long words about each.
      if (encoded.length > limits.contentBytes) throw new UsageError('too-many-attachments')
      const nowMs = clock.now()
      // The source as it is, not wrapped: the protocol knows the system's, and draws natively then.
      const sealed = active && (await sealMessage(active, encoded, { random: random.bytes, nowMs }))
      if (held !== undefined && sealed !== undefined)
        change.put(tables.sessions, contactId, replaceSession(held, 0, sealed.session, nowMs))
      else if (options.message === undefined) return encoded
      if (isStatement(body)) change.put(tables.contacts, contactId, { ...contact, toldAt: sentAtMs })
      sequence += 1
      change.put(tables.outbox, `${contactId}/${orderKey(sequence)}`, {
        envelope: sealed?.envelope ?? new Uint8Array(),
        envelopeAt: 'here',
        failed: false,
        blobs: options.message?.blobs ?? [],
        ...(options.message === undefined ? {} : { messageId: options.messageId }),
        // Only there does a first message find the prekeys it was made for.
        ...(contact.state === 'asked' && contact.theirs !== undefined ? { to: contact.theirs } : {}),
      })
      change.after(() => queued(contactId))
      return encoded
    },
  }
}

/** Says who or where I am. */
function isStatement({ kind }: Body): boolean {
  return kind !== 'message' && kind !== 'receipt'
}

/** Later than that of any statement before: it decides between two of different sessions (position.ts). */
function statementTime({ toldAt = -1 }: ContactRow, { sentAtMs }: SealOptions): number {
  return Math.min(Math.max(sentAtMs, toldAt + 1), limits.timeMs)
}

function required(hex: string): Uint8Array {
  const bytes = fromHex(hex)
  if (bytes === undefined) throw new StorageError('damaged')
  return bytes
}
