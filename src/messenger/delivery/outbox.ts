// Gets sealed envelopes to their recipient: over a direct link when there is one, else into their mailbox. One worker
// for each contact, in order. The bytes are those that were sealed once; sending them again is harmless everywhere.
//
//   here ──direct──▶ device ──(link lost, media missing)──▶ upload ─▶ kept
//     └───mailbox──▶ relay ─────────────────────────────▶ upload ─▶ kept

import type { FailureReason } from '../api.ts'
import { deriveMailboxId } from '../../protocol/mailbox/capability.ts'
import type { RelayErrorCode } from '../../protocol/mailbox/command.ts'
import type { Context } from '../context.ts'
import type { DirectLink, Links } from '../direct/links.ts'
import { limits, times } from '../limits.ts'
import type { OutboxRow } from '../records/rows.ts'
import { relayName } from '../relay-name.ts'
import type { Uploads } from '../transfer/uploads.ts'
import type { Worker } from '../worker.ts'
import { createWorker } from '../worker.ts'
import { moveState } from './states.ts'

export interface Outbox {
  kick(contactId: string): void
  kickAll(): void
  /** Resolves when the contact's worker has done what it can for now. */
  idle(contactId: string): Promise<void>
  /** Their device has the message whole: nothing is owed any more. */
  settle(messageId: string, contactId: string): Promise<void>
  retry(messageId: string): Promise<void>
}

interface Entry {
  readonly key: string
  readonly row: OutboxRow
}

export function createOutbox(context: Context, links: Links, uploads: Uploads): Outbox {
  const { tables, ledger, transport, clock, random, log } = context
  const workers = new Map<string, Worker>()

  const entriesOf = (contactId: string): Entry[] =>
    [...tables.outbox.held()]
      .filter(([key]) => key.startsWith(`${contactId}/`))
      .map(([key, row]) => ({ key, row }))
      .toSorted((a, b) => (a.key < b.key ? -1 : 1))

  /** Writes what happened to one entry, if it is still there. */
  const update = (entry: Entry, next: Partial<OutboxRow> | 'gone'): Promise<void> =>
    ledger.change(async (change) => {
      const row = await change.get(tables.outbox, entry.key)
      if (row === undefined) return
      const { messageId } = row
      const contactId = contactOf(entry.key)
      if (next === 'gone' || (next.envelopeAt !== undefined && row.blobs.length === 0)) {
        change.delete(tables.outbox, entry.key)
        const at = next === 'gone' ? undefined : next.envelopeAt
        if (messageId === undefined || at === undefined) return
        if (at === 'device')
          await moveState(context, change, messageId, contactId, { kind: 'delivered', at: clock.now() })
        else
          await moveState(
            context,
            change,
            messageId,
            contactId,
            keptState(contactId, (next === 'gone' ? 0 : next.until) ?? 0),
          )
        return
      }
      change.put(tables.outbox, entry.key, { ...row, ...next })
    })

  const keptState = (contactId: string, until: number) =>
    ({ kind: 'kept', relay: relayName(tables.contacts.peek(contactId)?.theirs?.relay ?? ''), until }) as const

  const fail = (entry: Entry, reason: FailureReason): Promise<void> =>
    ledger.change(async (change) => {
      const row = await change.get(tables.outbox, entry.key)
      if (row === undefined) return
      if (row.messageId === undefined && reason === 'blocked') return change.delete(tables.outbox, entry.key)
      change.put(tables.outbox, entry.key, { ...row, failed: true })
      if (row.messageId !== undefined)
        await moveState(context, change, row.messageId, contactOf(entry.key), { kind: 'failed', reason })
    })

  async function sendDirect(link: DirectLink, waiting: readonly Entry[]): Promise<void> {
    const theirs = tables.contacts.peek(link.contactId)?.theirs
    if (theirs === undefined) return
    const mailboxId = deriveMailboxId(theirs.writeKey)
    for (const entry of waiting) {
      await link.sendEnvelope(mailboxId, entry.row.envelope)
      await update(entry, { envelopeAt: 'device' })
    }
  }

  /** Gives whether everything was accepted or refused for good. */
  async function sendByRelay(contactId: string, waiting: readonly Entry[]): Promise<boolean> {
    const theirs = tables.contacts.peek(contactId)?.theirs
    if (theirs === undefined) return false
    const signal = AbortSignal.any([context.closing, AbortSignal.timeout(times.callMs)])
    const relay = transport.relay(theirs.relay)
    for (let from = 0; from < waiting.length; from += limits.putBatch) {
      const batch = waiting.slice(from, from + limits.putBatch)
      const envelopes = batch.map(({ row }) => row.envelope)
      const [reply] = await relay.call([{ kind: 'put', writeKey: theirs.writeKey, envelopes }], { signal })
      if (reply?.kind === 'stored') {
        for (const [index, entry] of batch.entries())
          await update(entry, { envelopeAt: 'relay', until: reply.until[index] ?? clock.now() })
        continue
      }
      const reason = reply?.kind === 'error' ? refusal[reply.code] : undefined
      if (reason === undefined) return false
      for (const entry of batch) await fail(entry, reason)
    }
    return true
  }

  async function pass(contactId: string): Promise<'again' | 'later' | 'idle'> {
    const contact = tables.contacts.peek(contactId)
    const entries = entriesOf(contactId).filter(({ row }) => !row.failed)
    if (contact === undefined || contact.state === 'blocked' || contact.theirs === undefined) return 'idle'
    const waiting = entries.filter(({ row }) => row.envelopeAt === 'here')
    const media = entries.filter(({ row }) => row.envelopeAt !== 'here')
    if (entries.length === 0) return 'idle'
    // Receipts and the like take a link that stands; only messages are worth a dial.
    const matters = entries.some(({ row }) => row.messageId !== undefined)
    const link =
      links.current(contactId) ?? (matters ? await links.reach(contactId, times.directPatienceMs) : undefined)
    if (waiting.length > 0) {
      if (link !== undefined) await sendDirect(link, waiting)
      else if (!(await sendByRelay(contactId, waiting))) return 'later'
      return 'again'
    }
    // They have the envelope, or their relay has. With a link they fetch the media from here.
    if (link !== undefined) return 'idle'
    const { relay, writeKey } = contact.theirs
    for (const entry of media) {
      // A link, a receipt, or something small that should not wait behind a long upload.
      const stop = (): boolean =>
        links.current(contactId) !== undefined ||
        tables.outbox.peek(entry.key) === undefined ||
        entriesOf(contactId).some(({ row }) => row.envelopeAt === 'here' && !row.failed)
      const outcome = await uploads.upload(entry.row.blobs, { relay, writeKey }, stop)
      if (outcome.kind === 'interrupted') return 'again'
      if (outcome.kind === 'refused') await fail(entry, outcome.reason)
      else await finishUpload(contactId, entry, outcome.until)
    }
    return 'again'
  }

  const finishUpload = (contactId: string, entry: Entry, until: number): Promise<void> =>
    ledger.change(async (change) => {
      const row = await change.get(tables.outbox, entry.key)
      if (row === undefined) return
      change.delete(tables.outbox, entry.key)
      if (row.messageId === undefined) return
      await moveState(
        context,
        change,
        row.messageId,
        contactId,
        keptState(contactId, Math.min(row.until ?? until, until)),
      )
    })

  const workerOf = (contactId: string): Worker => {
    const existing = workers.get(contactId)
    if (existing !== undefined) return existing
    const worker = createWorker({
      clock,
      random,
      log,
      signal: context.closing,
      retryMinMs: times.retryMinMs,
      retryMaxMs: times.retryMaxMs,
      pass: () => pass(contactId),
    })
    workers.set(contactId, worker)
    return worker
  }

  return {
    kick: (contactId) => workerOf(contactId).kick(),
    kickAll() {
      const contacts = new Set([...tables.outbox.held()].map(([key]) => contactOf(key)))
      for (const contactId of contacts) workerOf(contactId).kick()
    },
    idle: (contactId) => workerOf(contactId).idle(),
    async settle(messageId, contactId) {
      const entry = entriesOf(contactId).find(({ row }) => row.messageId === messageId)
      if (entry !== undefined) await update(entry, 'gone')
    },
    async retry(messageId) {
      const contacts = await ledger.change(async (change) => {
        const found: string[] = []
        for (const [key, row] of tables.outbox.held()) {
          if (row.messageId !== messageId || !row.failed) continue
          change.put(tables.outbox, key, { ...row, failed: false })
          found.push(contactOf(key))
        }
        const key = (await change.get(tables.messageIndex, messageId))?.key
        const row = key === undefined ? undefined : await change.get(tables.messages, key)
        if (key !== undefined && row !== undefined) {
          const recipients = row.recipients.map((entry) =>
            entry.state.kind === 'failed' ? { ...entry, state: { kind: 'sending' as const } } : entry,
          )
          change.put(tables.messages, key, { ...row, recipients })
          const conversationId = key.slice(0, key.indexOf('/'))
          change.after(() => context.events.emit('change', { what: 'conversations', id: conversationId }))
        }
        return found
      })
      for (const contactId of contacts) workerOf(contactId).kick()
    },
  }
}

function contactOf(key: string): string {
  return key.slice(0, key.indexOf('/'))
}

/** Refusals that trying again at once will not cure; every other one is tried again. */
const refusal: Partial<Record<RelayErrorCode, FailureReason>> = {
  gone: 'blocked',
  full: 'mailbox-full',
  'relay-full': 'relay-full',
  'too-large': 'too-large',
  'not-a-member': 'not-a-member',
}
