// The open calls of the messenger in memory. Who answers is told by its owner.

import type { CallsApi, CallView } from '../../src/messenger/api.ts'
import { UsageError } from '../../src/messenger/api.ts'

/** Where the rest of the messenger is. */
export interface FakeCallsHost {
  now(): number
  newId(): string
  person(contactId: string): { readonly name: string; readonly conversationId: string }
  changed(): void
}

export interface FakeCalls {
  readonly api: CallsApi
  /** Somebody with the link asks: they have a place as long as there are any. */
  answer(callId: string, contactId: string): void
  /** What everybody who answered was told at the end, by contact. */
  readonly told: ReadonlyMap<string, string>
}

export function createFakeCalls(host: FakeCallsHost): FakeCalls {
  const calls = new Map<string, CallView>()
  const told = new Map<string, string>()
  const known = (id: string): CallView => {
    const call = calls.get(id)
    if (call === undefined) throw new UsageError('unknown-call')
    return call
  }
  const put = (call: CallView) => {
    const isOver = call.isDecided || call.respondents.length >= call.places || call.until <= host.now()
    calls.set(call.id, { ...call, isOver })
    host.changed()
  }
  return {
    told,
    answer(callId, contactId) {
      const call = known(callId)
      if (call.isOver) return put({ ...call, late: call.late + 1 })
      put({ ...call, respondents: [...call.respondents, { contactId, at: host.now(), ...host.person(contactId) }] })
    },
    api: {
      async create(draft) {
        if (draft.text.trim() === '' || draft.overText.trim() === '') throw new UsageError('empty-message')
        if (draft.places < 1 || draft.places > 256 || draft.until <= host.now()) throw new UsageError('bad-call')
        const id = host.newId()
        const empty = { isOver: false, isDecided: false, respondents: [], late: 0 }
        put({ ...draft, ...empty, id, link: `https://relay.example/#i/${id}`, createdAt: host.now() })
        return known(id)
      },
      list: async () => [...calls.values()].toReversed(),
      async pick(id, contactId, { text, othersText }) {
        const call = known(id)
        if (call.isDecided) throw new UsageError('call-over')
        for (const each of call.respondents) told.set(each.contactId, each.contactId === contactId ? text : othersText)
        put({ ...call, isDecided: true, picked: contactId })
      },
      async close(id, { text }) {
        const call = known(id)
        for (const { contactId } of call.respondents) told.set(contactId, text)
        put({ ...call, isDecided: true })
      },
    },
  }
}
