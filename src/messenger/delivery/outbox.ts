// Gets sealed envelopes to their recipient: over a direct link when there is one, else into their mailbox. One worker
// for each contact, in order. The bytes are those that were sealed once; sending them again is harmless everywhere.
//
//   here ──direct──▶ device ──(link lost, not back soon)──▶ upload ─▶ kept
//     └───mailbox──▶ relay ─────────────────────────────▶ upload ─▶ kept

import type { FailureReason } from '../api.ts'
import { deriveMailboxId } from '../../protocol/mailbox/capability.ts'
import type { Context } from '../context.ts'
import type { DirectLink, Links } from '../direct/links.ts'
import { times } from '../limits.ts'
import type { Change } from '../records/ledger.ts'
import type { OutboxRow } from '../records/rows.ts'
import { relayName } from '../relay-name.ts'
import type { Uploads } from '../transfer/uploads.ts'
import type { Worker } from '../worker.ts'
import { createWorker } from '../worker.ts'
import { createAbsences } from './absences.ts'
import { blobRefs, mediaOf, withHashList } from '../transfer/blob-refs.ts'
import { maySend } from './key-state.ts'
import type { Entry } from './put-all.ts'
import { createPutAll, isQuiet } from './put-all.ts'
import { keptState, moveState } from './states.ts'

export interface Outbox {
  kick(contactId: string): void
  kickAll(): void
  /** Resolves when the contact's worker has done what it can for now. */
  idle(contactId: string): Promise<void>
  /** Their device has the message whole: nothing is owed any more. */
  settle(messageId: string, contactId: string): Promise<void>
}

export function createOutbox(context: Context, links: Links, uploads: Uploads): Outbox {
  const { tables, ledger, clock, random, log } = context
  const workers = new Map<string, Worker>()
  const absences = createAbsences(context, (contactId) => workerOf(contactId).kick())

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
            keptBy(contactId, (next === 'gone' ? 0 : next.until) ?? 0),
          )
        return
      }
      change.put(tables.outbox, entry.key, { ...row, ...next })
    })

  const keptBy = (contactId: string, until: number) =>
    keptState(context, relayName(tables.contacts.peek(contactId)?.theirs?.relay ?? ''), until)

  const fail = (entry: Entry, reason: FailureReason): Promise<void> =>
    ledger.change(async (change) => {
      const row = await change.get(tables.outbox, entry.key)
      if (row === undefined) return
      if (
        reason === 'blocked' &&
        row.to !== undefined &&
        tables.contacts.peek(contactOf(entry.key))?.state === 'accepted'
      ) {
        // The invite's mailbox is gone because they answered, or an old one of theirs: it goes where they are now.
        const { to: _, ...next } = row
        return change.put(tables.outbox, entry.key, next)
      }
      if (isQuiet(row)) {
        // Nobody sees these: they wait for better times, or go with the mailbox.
        if (reason !== 'blocked') return
        change.delete(tables.outbox, entry.key)
        if (row.messageId !== undefined)
          await moveState(context, change, row.messageId, contactOf(entry.key), { kind: 'failed', reason })
        return
      }
      const { messageId = '' } = row
      // They have it: only its originals were still to go, and nobody was promised those.
      if (await isDelivered(change, messageId, contactOf(entry.key))) return change.delete(tables.outbox, entry.key)
      change.put(tables.outbox, entry.key, { ...row, failed: true })
      await moveState(context, change, messageId, contactOf(entry.key), { kind: 'failed', reason })
    })

  async function isDelivered(change: Change, messageId: string, contactId: string): Promise<boolean> {
    const key = (await change.get(tables.messageIndex, messageId))?.key
    const row = key === undefined ? undefined : await change.get(tables.messages, key)
    const kind = row?.recipients.find((recipient) => recipient.contactId === contactId)?.state.kind
    return kind === 'delivered' || kind === 'seen'
  }

  /** Of what is still to go, the originals: who fetched the rest from a relay has to find them there too. */
  async function originalsLeft({ messageId = '', blobs, envelopeAt }: OutboxRow): Promise<string[]> {
    if (envelopeAt !== 'relay') return []
    const key = (await tables.messageIndex.get(messageId))?.key
    const row = key === undefined ? undefined : await tables.messages.get(key)
    const refs = row === undefined ? [] : blobRefs(mediaOf(row)).filter(({ role }) => role === 'original')
    const originals = new Set(refs.flatMap(withHashList).map(({ blobId }) => blobId))
    return blobs.filter((blobId) => originals.has(blobId))
  }

  /** What they cannot read or store now goes to their mailbox. Gives whether all of it went somewhere. */
  const putAll = createPutAll(context, { update, fail })

  async function sendDirect(link: DirectLink, waiting: readonly Entry[]): Promise<boolean> {
    const theirs = tables.contacts.peek(link.contactId)?.theirs
    if (theirs === undefined) return false
    const mailboxId = deriveMailboxId(theirs.writeKey)
    for (const [index, entry] of waiting.entries()) {
      const status = await link.sendEnvelope(mailboxId, entry.row.envelope)
      // The rest goes the same way, or it would overtake this one.
      if (status !== 'stored') return sendByRelay(link.contactId, waiting.slice(index))
      await update(entry, { envelopeAt: 'device' })
    }
    return true
  }

  /** Gives whether everything was accepted or refused for good. */
  async function sendByRelay(contactId: string, waiting: readonly Entry[]): Promise<boolean> {
    const theirs = tables.contacts.peek(contactId)?.theirs
    if (theirs === undefined) return false
    const early = waiting.filter(({ row }) => row.to !== undefined)
    const rest = waiting.filter(({ row }) => row.to === undefined)
    const first = early[0]?.row.to
    // What was sealed before they answered goes first: when something comes to their own mailbox, the invite's is done.
    if (first !== undefined && !(await putAll(first, early))) return false
    return putAll(theirs, rest)
  }

  async function pass(contactId: string): Promise<'again' | 'later' | 'idle'> {
    const contact = tables.contacts.peek(contactId)
    // What is not sealed waits for a session.
    const entries = entriesOf(contactId).filter(({ row }) => !row.failed && row.envelope.length > 0)
    // Nor does anything leave to a stranger, who named the relay: it would tell them of this device.
    if (contact?.theirs === undefined || contact.state === 'blocked' || contact.state === 'request') return 'idle'
    // It stays `Sending` on this device, until the person has decided whose the keys are.
    if (!maySend(contact)) return 'idle'
    const waiting = entries.filter(({ row }) => row.envelopeAt === 'here')
    const media = entries.filter(({ row }) => row.envelopeAt !== 'here')
    if (entries.length === 0) return 'idle'
    // Receipts and the like take a link that stands; only messages are worth a dial.
    const matters = entries.some(({ row }) => row.messageId !== undefined)
    const link =
      links.current(contactId) ?? (matters ? await links.reach(contactId, times.directPatienceMs) : undefined)
    if (link !== undefined) absences.end(contactId)
    if (waiting.length > 0) {
      const sent = link === undefined ? await sendByRelay(contactId, waiting) : await sendDirect(link, waiting)
      return sent ? 'again' : 'later'
    }
    // They have the envelope, or their relay has. With a link they fetch the media from here.
    if (link !== undefined) return 'idle'
    let isAllStopped = true
    for (const entry of media) {
      // They began to fetch from here. A process of theirs or mine that was replaced knows nothing of the other one yet.
      const hasBegun = entry.row.envelopeAt === 'device'
      if (hasBegun) links.warm(contactId)
      if (hasBegun && absences.isShort(contactId)) continue
      // Where the envelope went: they may have another address now, but a blob is put on the account of one mailbox.
      const { relay, writeKey } = entry.row.to ?? contact.theirs
      // A link, a receipt, or something small that should not wait behind a long upload.
      const stop = (): boolean => {
        // For as long as it takes.
        if (hasBegun) links.warm(contactId)
        return (
          links.current(contactId) !== undefined ||
          tables.outbox.peek(entry.key) === undefined ||
          entriesOf(contactId).some(({ row }) => row.envelopeAt === 'here' && !row.failed)
        )
      }
      const from = hasBegun ? 'end' : 'beginning'
      const outcome = await uploads.upload(entry.row.blobs, { relay, writeKey, from }, stop)
      if (outcome.kind === 'interrupted') return 'again'
      // Until the person lets it go on.
      if (outcome.kind === 'stopped') continue
      isAllStopped = false
      if (outcome.kind === 'refused') await fail(entry, outcome.reason)
      else await finishUpload(contactId, entry, outcome.until)
    }
    return isAllStopped ? 'idle' : 'again'
  }

  const finishUpload = (contactId: string, entry: Entry, until: number): Promise<void> =>
    ledger.change(async (change) => {
      const row = await change.get(tables.outbox, entry.key)
      if (row === undefined) return
      change.delete(tables.outbox, entry.key)
      if (row.messageId === undefined) return
      await moveState(context, change, row.messageId, contactId, keptBy(contactId, Math.min(row.until ?? until, until)))
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
      if (entry === undefined) return
      const originals = await originalsLeft(entry.row)
      if (originals.length > 0) await update(entry, { blobs: originals })
      else await update(entry, 'gone')
    },
  }
}

function contactOf(key: string): string {
  return key.slice(0, key.indexOf('/'))
}
