// Turns a body into a sealed envelope in the outbox. The ratchet's next state, the envelope and whatever the caller
// writes beside them are one commit, so nothing leaves the device before its key is used up for good, and the same
// bytes are what every later attempt sends. Spec: docs/protocol.md §4, §6.

import type { Body, Content } from '../../protocol/content/content.ts'
import { encodeContent } from '../../protocol/content/codec.ts'
import { fromHex } from '../../protocol/bytes.ts'
import { limits } from '../../protocol/limits.ts'
import { signStatement, statementOf } from '../../protocol/report/statement.ts'
import { sealMessage } from '../../protocol/session/seal.ts'
import { activeSession, replaceSession } from '../../protocol/session/sessions.ts'
import { UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import { newId } from '../ids.ts'
import { StorageError } from '../ports.ts'
import type { Change } from '../records/ledger.ts'
import type { ContactRow } from '../records/rows.ts'
import { orderKey } from '../records/table.ts'

/** Which conversation something is written in, and under which heads of its group. */
export interface ConversationMark {
  readonly id: string
  readonly heads: readonly Uint8Array[]
}

export interface SealOptions {
  /** Fresh for control bodies; the message's own for messages. */
  readonly messageId: string
  /** Of what says who or where I am: at least. */
  readonly sentAtMs: number
  /** Set for messages: their state follows this envelope, and these blobs have to get there too. */
  /** Of a group; else the one of the two. */
  readonly conversation?: ConversationMark
  readonly message?: { readonly blobs: readonly string[]; readonly isAction?: boolean }
}

export interface Sealer {
  /**
   * Gives the content as it was encoded. Without a session a message waits unsealed in the outbox, and everything else is
   * left to the refresh that follows. @throws UsageError `too-many-attachments` when it fits no envelope
   */
  seal(change: Change, contactId: string, body: Body, options: SealOptions): Promise<Uint8Array>
  /** A content of the conversation with this id, signed for nobody. @throws as `seal` */
  encode(conversationId: string, body: Body, options: SealOptions): Uint8Array
  /** An envelope that nothing keeps: for what is worth nothing in a moment. Undefined without a session. */
  sealPassing(
    change: Change,
    contactId: string,
    body: Body,
    conversation?: ConversationMark,
  ): Promise<Uint8Array | undefined>
}

/** `queued` is called after the commit. */
export function createSealer(
  context: Pick<Context, 'tables' | 'random' | 'clock' | 'self'>,
  queued: (contactId: string) => void,
): Sealer {
  const { tables, random, clock, self } = context
  let sequence = 0
  for (const [key] of tables.outbox.held()) sequence = Math.max(sequence, Number.parseInt(key.slice(-12), 16))

  function encode(
    conversationId: string,
    body: Body,
    { messageId, sentAtMs, conversation = { id: conversationId, heads: [] } }: SealOptions,
    /** Fingerprint of somebody who has not accepted me: it is signed for them. */
    stranger?: Uint8Array,
  ): Uint8Array {
    const content: Content = {
      messageId: required(messageId),
      conversationId: required(conversation.id),
      parents: [],
      groupHeads: conversation.heads,
      log: { length: self.identity.log.length, head: self.identity.log.head },
      sentAtMs,
      body,
    }
    const said = stranger && statementOf(content, stranger)
    const signature = said && signStatement(self.identity.device.sign.secretKey, said)
    const encoded = encodeContent({ ...content, ...(signature === undefined ? {} : { signature }) })
    // Many files with long words about each.
    if (encoded.length > limits.contentBytes) throw new UsageError('too-many-attachments')
    return encoded
  }

  /** The envelope, with the state that sealed it put into the change; undefined without a session. */
  async function inSession(change: Change, contactId: string, encoded: Uint8Array): Promise<Uint8Array | undefined> {
    const held = await change.get(tables.sessions, contactId)
    const active = held && activeSession(held)
    if (held === undefined || active === undefined) return undefined
    const nowMs = clock.now()
    // The source as it is, not wrapped: the protocol knows the system's, and draws natively then.
    const { session, envelope } = await sealMessage(active, encoded, { random: random.bytes, nowMs })
    change.put(tables.sessions, contactId, replaceSession(held, 0, session, nowMs))
    return envelope
  }

  return {
    encode: (conversationId, body, options) => encode(conversationId, body, options),
    async sealPassing(change, contactId, body, conversation) {
      const contact = await change.get(tables.contacts, contactId)
      if (contact === undefined) return undefined
      return inSession(
        change,
        contactId,
        encode(contact.conversationId, body, {
          messageId: newId(random),
          sentAtMs: clock.now(),
          ...(conversation === undefined ? {} : { conversation }),
        }),
      )
    },
    async seal(change, contactId, body, options) {
      const contact = await change.get(tables.contacts, contactId)
      if (contact === undefined) throw new StorageError('damaged')
      const sentAtMs = isStatement(body) ? statementTime(contact, options) : options.sentAtMs
      const isStranger = contact.state === 'asked' && options.conversation === undefined
      const encoded = encode(
        contact.conversationId,
        body,
        { ...options, sentAtMs },
        isStranger ? contact.fingerprint : undefined,
      )
      const envelope = await inSession(change, contactId, encoded)
      if (envelope === undefined && options.message === undefined) return encoded
      if (isStatement(body)) change.put(tables.contacts, contactId, { ...contact, toldAt: sentAtMs })
      sequence += 1
      change.put(tables.outbox, `${contactId}/${orderKey(sequence)}`, {
        envelope: envelope ?? new Uint8Array(),
        envelopeAt: 'here',
        failed: false,
        blobs: options.message?.blobs ?? [],
        ...(options.message === undefined ? {} : { messageId: options.messageId }),
        ...(options.message?.isAction === true ? { isAction: true } : {}),
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
  return statements.has(kind)
}

const statements: ReadonlySet<Body['kind']> = new Set(['request', 'accept', 'profile', 'mailbox', 'refresh'])

/** Later than that of any statement before: it decides between two of different sessions (position.ts). */
function statementTime({ toldAt = -1 }: ContactRow, { sentAtMs }: SealOptions): number {
  return Math.min(Math.max(sentAtMs, toldAt + 1), limits.timeMs)
}

function required(hex: string): Uint8Array {
  const bytes = fromHex(hex)
  if (bytes === undefined) throw new StorageError('damaged')
  return bytes
}
