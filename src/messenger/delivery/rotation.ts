// New addresses for contacts to write to (docs/protocol.md §6): every 30 days or so, when a person wants it, and when the
// relay of the old one was removed. Nothing is lost on the way, however long they are away:
//
//   fresh ──open at the relay──▶ announced, in use                       the old one: old ──they wrote to the new one──▶ heard
//     └ known to nobody: a crash or a refusal leaves the old one in use        ▲                                          │ 8 days
//                                                                        they still write there: said again,              ▼ emptied
//                                                                        once a day                                     closed

import { limits as protocolLimits } from '../../protocol/limits.ts'
import { deriveWriteKey } from '../../protocol/mailbox/capability.ts'
import { UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import { newId } from '../ids.ts'
import { limits, times } from '../limits.ts'
import { StorageError, TransportError } from '../ports.ts'
import type { Change } from '../records/ledger.ts'
import type { ContactRow, MailboxRow } from '../records/rows.ts'
import { sureNow } from '../sure-time.ts'
import type { Mailboxes } from './mailboxes.ts'
import type { Sealer } from './seal.ts'
import { maySealControl } from './waiting-controls.ts'

export interface Rotation {
  /**
   * Resolves when the new address is open and on its way to them; at once when they have not used the last one yet.
   * @throws UsageError `unknown-contact`
   * @throws TransportError when the relay cannot be reached, or refuses; the old address stays in use then
   */
  renew(contactId: string): Promise<void>
  /** An envelope of theirs was opened that came to this mailbox of mine, or over a link that named it. */
  arrived(change: Change, contactId: string, mailboxId: string): Promise<void>
  /** Looks soon, and then every hour. */
  start(): void
  /** The relays in use have changed: looks soon. */
  relaysChanged(): void
  stop(): void
}

type Held = readonly [id: string, row: MailboxRow]

/** `looked`: mailboxes may have moved, so that other relays are in use. */
export function createRotation(
  context: Context,
  parts: { readonly mailboxes: Mailboxes; readonly sealer: Sealer; readonly looked: () => void },
): Rotation {
  const { tables, ledger, clock, random, self, transport } = context
  const { mailboxes, sealer } = parts
  const renewing = new Map<string, Promise<void>>()
  const notBefore = new Map<string, number>()
  let cancel: (() => void) | undefined

  /** Those of one contact that are open. */
  const mailboxesOf = (contactId: string): Held[] =>
    [...tables.mailboxes.held()].filter(
      ([, { purpose, closing }]) => purpose.kind === 'contact' && purpose.contactId === contactId && !closing,
    )
  const isFresh = (contact: ContactRow, [id, row]: Held): boolean => id !== contact.mailboxId && row.old === undefined
  const isAtMine = ([, row]: Held): boolean => self.row.relays.includes(row.relay)

  function spread(minMs: number, spreadMs: number): number {
    const [byte = 0] = random.bytes(1)
    return Math.round(minMs + (spreadMs * byte) / 256)
  }

  function renew(contactId: string): Promise<void> {
    const running = renewing.get(contactId) ?? renewOnce(contactId).finally(() => renewing.delete(contactId))
    renewing.set(contactId, running)
    return running
  }

  async function renewOnce(contactId: string): Promise<void> {
    const contact = tables.contacts.peek(contactId)
    const current = contact?.mailboxId === undefined ? undefined : tables.mailboxes.peek(contact.mailboxId)
    if (contact?.state !== 'accepted' || contact.mailboxId === undefined || current === undefined)
      throw new UsageError('unknown-contact')
    const mine = mailboxesOf(contactId)
    // Only they know the last one, and they have not used it: another would tell nobody less.
    const isUnused = mine.some(([, { old }]) => old !== undefined && old.heardAt === undefined)
    if (isUnused && isAtMine([contact.mailboxId, current])) return
    const fresh = await freshMailbox(contactId, contact, mine)
    await mailboxes.open(fresh)
    await ledger.change((change) => announce(change, contactId, fresh))
    // Who may find this device there, and where no longer.
    for (const [id] of mailboxesOf(contactId)) context.background(mailboxes.open(id), 'mailbox-open-later')
  }

  /** One that an earlier attempt left, or a new one. */
  async function freshMailbox(contactId: string, contact: ContactRow, mine: readonly Held[]): Promise<string> {
    const left = mine.filter((mailbox) => isFresh(contact, mailbox))
    const usable = left.find(([, row]) => row.relay === self.row.relays[0])
    return ledger.change(async (change) => {
      for (const mailbox of left) if (mailbox !== usable) await mailboxes.close(change, mailbox[0])
      return usable?.[0] ?? mailboxes.create(change, { kind: 'contact', contactId }).id
    })
  }

  async function announce(change: Change, contactId: string, fresh: string): Promise<void> {
    const contact = await change.get(tables.contacts, contactId)
    const row = await change.get(tables.mailboxes, fresh)
    // Blocked meanwhile, which closes all of them.
    if (contact?.state !== 'accepted' || contact.mailboxId === undefined || row === undefined || row.closing) return
    const before = await change.get(tables.mailboxes, contact.mailboxId)
    if (before !== undefined)
      change.put(tables.mailboxes, contact.mailboxId, { ...before, old: { announcedAt: clock.now() } })
    change.put(tables.contacts, contactId, { ...contact, mailboxId: fresh })
    await tell(change, contactId, row)
  }

  async function tell(change: Change, contactId: string, { relay, readKey }: MailboxRow): Promise<void> {
    const mailbox = { relay, writeKey: deriveWriteKey(readKey) }
    await sealer.seal(
      change,
      contactId,
      { kind: 'mailbox', mailbox },
      { messageId: newId(random), sentAtMs: clock.now() },
    )
  }

  async function arrived(change: Change, contactId: string, mailboxId: string): Promise<void> {
    const contact = await change.get(tables.contacts, contactId)
    if (contact?.state !== 'accepted' || contact.mailboxId === undefined) return
    const nowMs = clock.now()
    if (mailboxId === contact.mailboxId) {
      for (const [id] of mailboxesOf(contactId)) {
        const row = await change.get(tables.mailboxes, id)
        if (row?.old === undefined || row.old.heardAt !== undefined) continue
        change.put(tables.mailboxes, id, { ...row, old: { ...row.old, heardAt: nowMs } })
      }
      return
    }
    const row = await change.get(tables.mailboxes, mailboxId)
    const newest = await change.get(tables.mailboxes, contact.mailboxId)
    if (row?.old === undefined || newest === undefined) return
    // What they sent before they heard of the new one comes for a while. Later they never heard: it lay too long, or they
    // are a copy from before.
    const isLate = Math.abs(nowMs - row.old.announcedAt) >= times.announceAgainMs && maySealControl(context, contactId)
    const announcedAt = isLate ? nowMs : row.old.announcedAt
    if (isLate || row.old.heardAt !== undefined)
      change.put(tables.mailboxes, mailboxId, { ...row, old: { announcedAt } })
    if (isLate) await tell(change, contactId, newest)
  }

  function isDue(contactId: string, contact: ContactRow): boolean {
    const current = contact.mailboxId === undefined ? undefined : tables.mailboxes.peek(contact.mailboxId)
    if (contact.state !== 'accepted' || contact.mailboxId === undefined || current === undefined) return false
    const restMs = (notBefore.get(contactId) ?? 0) - clock.now()
    if (restMs > 0 && restMs <= 2 * times.renewAgainMs) return false
    // Where I no longer am nothing of theirs should stay; and what a crash ended goes on.
    if (!isAtMine([contact.mailboxId, current])) return true
    const leftMs = (current.renewAt ?? 0) - clock.now()
    // Later than any is due: the clock was ahead when it was made.
    const isDueNow = leftMs <= 0 || leftMs > times.renewMs + times.renewSpreadMs + protocolLimits.clockSkewMs
    return isDueNow || mailboxesOf(contactId).some((mailbox) => isFresh(contact, mailbox))
  }

  /** What one mailbox cannot do now must not keep the others. @throws what is a fault of this program */
  function later(error: unknown): void {
    if (!(error instanceof TransportError || error instanceof StorageError)) throw error
    context.log.debug('rotation-later', { code: error.code })
  }

  async function renewOrLater(contactId: string): Promise<void> {
    // Refused, or not used yet: not again at every look.
    notBefore.set(contactId, clock.now() + spread(times.renewAgainMs, times.renewAgainMs))
    try {
      await renew(contactId)
    } catch (error) {
      later(error)
    }
  }

  async function retireOld(id: string, heardAt: number): Promise<void> {
    try {
      await mailboxes.retire(id)
    } catch (error) {
      // Its relay is gone for good, and with it what may have been there.
      if (heardAt + times.oldMailboxMs + times.deadRelayMs <= sureNow(context)) await mailboxes.forget(id)
      else later(error)
    }
  }

  /** Gives whether more is to be done soon. */
  async function look(): Promise<boolean> {
    const due = [...tables.contacts.held()].filter(([id, contact]) => isDue(id, contact))
    for (const [id] of due.slice(0, limits.renewalsPerRound)) await renewOrLater(id)
    for (const [id, { old, closing }] of tables.mailboxes.held())
      if (old?.heardAt !== undefined && !closing && old.heardAt + times.oldMailboxMs <= clock.now())
        await retireOld(id, old.heardAt)
    for (const [id, { relay, closing, closingSince = sureNow(context) }] of tables.mailboxes.held()) {
      // Who cannot be told for so long will never be.
      const isHopeless = closing && closingSince + times.deadRelayMs <= sureNow(context)
      if (isHopeless && transport.relay(relay).state !== 'live') await mailboxes.forget(id)
    }
    parts.looked()
    return due.length > limits.renewalsPerRound
  }

  function schedule(delayMs: number): void {
    cancel?.()
    if (context.closing.aborted) return
    cancel = clock.after(delayMs, () => context.background(run(), 'rotation-failed'))
  }

  async function run(): Promise<void> {
    let more = false
    try {
      more = await look()
    } finally {
      schedule(more ? spread(times.rotationPauseMs, times.rotationPauseMs) : spread(times.rotationMs, times.rotationMs))
    }
  }

  return {
    renew,
    arrived,
    start: () => schedule(spread(times.rotationFirstMs, times.rotationFirstMs)),
    relaysChanged() {
      notBefore.clear()
      schedule(spread(times.rotationPauseMs, times.rotationPauseMs))
    },
    stop: () => cancel?.(),
  }
}
