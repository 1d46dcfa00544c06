// Acknowledgements beside puts: portions, and the order of commands.

import { describe, expect, it } from 'vitest'
import { createAcknowledgements } from '../../../relay/mailbox/acknowledgements.ts'
import { envelopeId } from '../../../src/protocol/mailbox/capability.ts'
import { postCommands } from '../support/http-client.ts'
import { bytesOf, createTestRelay, mailboxKeys } from '../support/relay.ts'

const ids = (count: number) => Array.from({ length: count }, (_, index) => bytesOf(32, index))
const options = { nowMs: 0 }

/** A store whose calls end when they are told to. */
function create(atOnce: number) {
  const calls: { readonly box: number | undefined; readonly ids: number; readonly end: (missing?: 'gone') => void }[] =
    []
  const acknowledgements = createAcknowledgements({
    mailboxes: {
      ack: (id, given) =>
        new Promise((resolve) =>
          calls.push({ box: id[0], ids: given.length, end: (missing) => resolve(missing ?? 'ok') }),
        ),
    },
    limits: { sweepRows: 1000, sweepBytes: atOnce * 10, envelopeBytes: 10 },
  })
  /** Ends the calls that are under way, and lets those behind begin. */
  const endAll = async (): Promise<void> => {
    for (const { end } of calls.splice(0)) end()
    await new Promise((resolve) => setImmediate(resolve))
  }
  const underWay = () => calls.map((call) => [call.box, call.ids])
  return { ...acknowledgements, calls, endAll, underWay }
}

describe('acknowledgements', () => {
  it('of few envelopes begin at once, in the order of their calls', () => {
    const { ack, underWay } = create(4)
    void ack(bytesOf(32, 1), ids(1), options)
    void ack(bytesOf(32, 2), ids(3), options)
    expect(underWay()).toEqual([
      [1, 1],
      [2, 3],
    ])
  })

  it('of many go in portions, each after the one before', async () => {
    const { ack, endAll, underWay } = create(4)
    const done = ack(bytesOf(32, 1), ids(9), options)
    for (const size of [4, 4, 1]) {
      expect(underWay()).toEqual([[1, size]])
      await endAll()
    }
    expect(await done).toBe('ok')
    expect(underWay()).toEqual([])
  })

  it('of all together are no more at once than one portion, and take turns', async () => {
    const { ack, isFree, endAll, underWay } = create(4)
    void ack(bytesOf(32, 1), ids(6), options)
    expect(isFree(1)).toBe(false)
    void ack(bytesOf(32, 2), ids(3), options)
    void ack(bytesOf(32, 3), ids(1), options)
    expect(underWay()).toEqual([[1, 4]])
    await endAll()
    expect(underWay()).toEqual([
      [2, 3],
      [3, 1],
    ])
    await endAll()
    expect(underWay()).toEqual([[1, 2]])
    expect([isFree(2), isFree(3)]).toEqual([true, false])
    await endAll()
    expect([isFree(4), isFree(5)]).toEqual([true, false])
  })

  it('end with the first portion that finds no mailbox', async () => {
    const { ack, calls } = create(4)
    const done = ack(bytesOf(32, 1), ids(9), options)
    calls[0]?.end('gone')
    expect(await done).toBe('gone')
    expect(calls).toHaveLength(1)
  })

  it('of nothing are answered, too', async () => {
    const { ack, endAll } = create(4)
    const done = ack(bytesOf(32, 1), [], options)
    await endAll()
    expect(await done).toBe('ok')
  })

  it('are done before what is asked behind them', async () => {
    await using relay = await createTestRelay({ limits: { sweepRows: 2 } })
    const { readKey, writeKey } = mailboxKeys(1)
    const envelopes = [1, 2, 3, 4, 5, 6, 7].map((fill) => bytesOf(100, fill))
    const fetch = { kind: 'fetch', readKey, after: 0, limit: 100 } as const
    const replies = await postCommands(
      relay.url,
      { kind: 'open', readKey, tier: 'contact' },
      { kind: 'put', writeKey, envelopes },
      fetch,
      { kind: 'ack', readKey, ids: envelopes.slice(0, 6).map(envelopeId) },
      fetch,
    )
    const counts = replies.map((reply) => (reply.kind === 'envelopes' ? reply.items.length : reply.kind))
    expect(counts).toEqual(['ok', 'stored', 7, 'ok', 1])
  })
})
