// Open calls: made, looked at, decided. A call is an invite of many uses with a row beside it; what its answers do is in
// answer.ts. Loaded when it is used.

import { limits as protocolLimits } from '../../protocol/limits.ts'
import type { CallsApi, CallView } from '../api.ts'
import { UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import { checkWords } from '../conversation/compose.ts'
import type { Mailboxes } from '../delivery/mailboxes.ts'
import type { Sealer } from '../delivery/seal.ts'
import { limits, times } from '../limits.ts'
import type { Invites } from '../people/invites.ts'
import type { Change } from '../records/ledger.ts'
import type { CallRow } from '../records/rows.ts'
import { say } from './say.ts'

export interface CallsParts {
  readonly sealer: Sealer
  readonly invites: Pick<Invites, 'make'>
  readonly mailboxes: Pick<Mailboxes, 'close'>
}

export function createCalls(context: Context, { sealer, invites, mailboxes }: CallsParts): CallsApi {
  const { tables, ledger, clock, events } = context

  const view = (id: string, { respondents, over, ...row }: CallRow): CallView => ({
    ...row,
    id,
    isDecided: over,
    isOver: over || respondents.length >= row.places || row.until <= clock.now(),
    respondents: respondents.map(({ contactId, at }) => {
      const contact = tables.contacts.peek(contactId)
      return { contactId, at, name: contact?.name ?? '', conversationId: contact?.conversationId ?? '' }
    }),
  })

  async function found(change: Change, id: string): Promise<CallRow> {
    const row = await change.get(tables.calls, id)
    if (row === undefined) throw new UsageError('unknown-call')
    return row
  }

  /**
   * All of them are told in one commit: a crash leaves nobody out, and nobody hears it twice. The link ends with it: who is on
   * their way is told that it is over, and the relay gives it to nobody any more.
   */
  async function end(change: Change, id: string, row: CallRow, wordsFor: (contactId: string) => string): Promise<void> {
    change.put(tables.calls, id, { ...row, over: true })
    for (const { contactId } of row.respondents) await say(context, sealer, change, contactId, wordsFor(contactId))
    await mailboxes.close(change, id)
    change.after(() => events.emit('change', { what: 'calls', id }))
  }

  return {
    async create({ places, until, ...words }) {
      const lifetimeMs = until - clock.now()
      const text = wordsOf(words.text)
      const overText = wordsOf(words.overText)
      if (!Number.isInteger(places) || places < 1 || places > limits.callPlaces) throw new UsageError('bad-call')
      if (!(lifetimeMs > 0 && lifetimeMs <= times.addressMaxMs)) throw new UsageError('bad-call')
      const uses = Math.min(protocolLimits.inviteUses, places + limits.callLate)
      const row = { text, overText, places, until, createdAt: clock.now(), over: false, respondents: [], late: 0 }
      const { id, link } = await invites.make(uses, lifetimeMs, undefined, {
        put: (change, callId, itsLink) => change.put(tables.calls, callId, { ...row, link: itsLink }),
        drop: (change, callId) => change.delete(tables.calls, callId),
      })
      events.emit('change', { what: 'calls', id })
      return view(id, { ...row, link })
    },
    list: () =>
      Promise.resolve(
        [...tables.calls.held()].map(([id, row]) => view(id, row)).toSorted((a, b) => b.createdAt - a.createdAt),
      ),
    pick: (id, contactId, words) =>
      ledger.change(async (change) => {
        const text = wordsOf(words.text)
        const othersText = wordsOf(words.othersText)
        const row = await found(change, id)
        if (row.picked === contactId) return
        if (row.over) throw new UsageError('call-over')
        if (!row.respondents.some((respondent) => respondent.contactId === contactId))
          throw new UsageError('unknown-contact')
        await end(change, id, { ...row, picked: contactId }, (other) => (other === contactId ? text : othersText))
      }),
    close: (id, words) =>
      ledger.change(async (change) => {
        const text = wordsOf(words.text)
        const row = await found(change, id)
        if (!row.over) await end(change, id, row, () => text)
      }),
  }
}

/** @throws UsageError `empty-message`, `text-too-long` */
function wordsOf(said: string): string {
  const text = said.trim().toWellFormed()
  checkWords(text, [])
  return text
}
