// `Delivered`, `Seen` and what became of views, for what I received. At once over a direct link; through a relay late, together and at a random
// moment, because the time of an instant answer tells a relay who talks to whom (docs/protocol.md §6).

import { fromHex } from '../../protocol/bytes.ts'
import type { Receipt } from '../../protocol/content/content.ts'
import type { Context } from '../context.ts'
import type { Links } from '../direct/links.ts'
import { newId } from '../ids.ts'
import { limits, times } from '../limits.ts'
import type { Change } from '../records/ledger.ts'
import { maySend } from './key-state.ts'
import type { Sealer } from './seal.ts'
import { maySealControl } from './waiting-controls.ts'

export type ReceiptKind = keyof Receipt

export interface Receipts {
  /**
   * `calm`: the acknowledgement over the link has said it already, unless it was lost; the receipt may come late and
   * together with others.
   */
  owe(change: Change, contactId: string, kind: ReceiptKind, messageIds: readonly string[], calm?: 'calm'): Promise<void>
  /** A link opened: nothing has to wait any more. */
  flush(contactId: string): void
  /** Takes up what was owed when this device stopped. */
  resume(): void
}

export function createReceipts(context: Context, sealer: Sealer, linkOf: () => Links): Receipts {
  const { tables, ledger, clock, random } = context
  const timers = new Map<string, () => void>()
  const urgent = new Set<string>()

  function schedule(contactId: string): void {
    const row = tables.receipts.peek(contactId)
    if (row === undefined || context.closing.aborted) return
    timers.get(contactId)?.()
    const atOnce = urgent.has(contactId) && linkOf().current(contactId) !== undefined
    const delayMs = atOnce
      ? 0
      : Math.min(Math.max(0, row.dueAt - clock.now()), times.receiptMinMs + times.receiptSpreadMs)
    timers.set(
      contactId,
      clock.after(delayMs, () => context.background(giveOrWait(contactId), 'receipt-failed')),
    )
  }

  async function giveOrWait(contactId: string): Promise<void> {
    try {
      await give(contactId)
    } catch (error) {
      timers.set(
        contactId,
        clock.after(times.retryMaxMs, () => schedule(contactId)),
      )
      throw error
    }
  }

  const give = (contactId: string): Promise<void> =>
    ledger.change(async (change) => {
      const row = await change.get(tables.receipts, contactId)
      if (row === undefined || context.closing.aborted) return
      const contact = await change.get(tables.contacts, contactId)
      if (contact?.state !== 'accepted') return change.delete(tables.receipts, contactId)
      // They are collected until the person has decided whose the keys are.
      if (!maySend(contact)) return
      if (!maySealControl(context, contactId)) {
        timers.get(contactId)?.()
        timers.set(
          contactId,
          clock.after(times.receiptMinMs, () => schedule(contactId)),
        )
        return
      }
      const first = (kind: ReceiptKind): Uint8Array[] => decode((row[kind] ?? []).slice(0, limits.receiptIds))
      const some = (kind: ReceiptKind): Partial<Receipt> => (row[kind]?.length ? { [kind]: first(kind) } : {})
      await sealer.seal(
        change,
        contactId,
        {
          kind: 'receipt',
          delivered: first('delivered'),
          seen: first('seen'),
          ...some('opened'),
          ...some('replayed'),
          ...some('captured'),
        },
        { messageId: newId(random), sentAtMs: clock.now() },
      )
      const rest = (kind: ReceiptKind): string[] => (row[kind] ?? []).slice(limits.receiptIds)
      const left = {
        dueAt: row.dueAt,
        delivered: rest('delivered'),
        seen: rest('seen'),
        opened: rest('opened'),
        replayed: rest('replayed'),
        captured: rest('captured'),
      }
      if (receiptKinds.every((kind) => left[kind].length === 0)) {
        change.delete(tables.receipts, contactId)
        change.after(() => urgent.delete(contactId))
        return
      }
      change.put(tables.receipts, contactId, left)
      change.after(() => schedule(contactId))
    })

  return {
    async owe(change, contactId, kind, messageIds, calm) {
      if (messageIds.length === 0) return
      const [byte = 0] = random.bytes(1)
      const row = (await change.get(tables.receipts, contactId)) ?? {
        delivered: [],
        seen: [],
        dueAt: clock.now() + times.receiptMinMs + (times.receiptSpreadMs * byte) / 256,
      }
      change.put(tables.receipts, contactId, {
        ...row,
        dueAt: Math.round(row.dueAt),
        [kind]: [...new Set([...(row[kind] ?? []), ...messageIds])].slice(-limits.owedReceipts),
      })
      change.after(() => {
        if (calm === undefined) urgent.add(contactId)
        schedule(contactId)
      })
    },
    flush(contactId) {
      urgent.add(contactId)
      schedule(contactId)
    },
    resume() {
      for (const [contactId] of tables.receipts.held()) schedule(contactId)
    },
  }
}

const receiptKinds = ['delivered', 'seen', 'opened', 'replayed', 'captured'] as const

function decode(ids: readonly string[]): Uint8Array[] {
  return ids.map((id) => fromHex(id)).filter((bytes) => bytes !== undefined)
}
