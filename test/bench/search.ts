// Searching what is read already: a profile in Node with 100,000 messages against a plain walk over the same texts, and
// against the same profile with 1,000. The ratio is the time of a search over that of the walk: lower is better. The aim in
// milliseconds and the first search, which reads and opens every message, stand in the details.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Messenger } from '../../src/messenger/api.ts'
import { createMessenger } from '../../src/messenger/create-messenger.ts'
import type { Write } from '../../src/messenger/ports.ts'
import type { ConversationRow } from '../../src/messenger/records/rows.ts'
import { orderKey } from '../../src/messenger/records/table.ts'
import { openTables } from '../../src/messenger/records/tables.ts'
import { memoryNetwork, memoryPlatform } from '../../src/memory.ts'
import { nodeMediaPreparer } from '../../src/media/node.ts'
import { nodeSymmetric } from '../../src/node-symmetric.ts'
import { fromHex } from '../../src/protocol/bytes.ts'
import { encodeContent } from '../../src/protocol/content/codec.ts'
import { offerSymmetric } from '../../src/protocol/primitives/symmetric/choice.ts'
import { openNodeStorage } from '../../src/storage/node.ts'
import { quietLog, systemClock, systemRandom } from '../../src/system.ts'
import type { Bench } from './report.ts'
import { median, spreadOf } from './report.ts'

const relays = ['https://relay.example']
const aimMs = 50
/** In most messages, in few, in none, and two words. */
const queries = ['harbour', 'lantern 77', 'nowhere', 'red window']
const words =
  'the harbour was red and quiet when we came down from the hill with lantern and film window open to the sea'.split(
    ' ',
  )

export const search: Bench = async ({ isShort }) => {
  offerSymmetric(nodeSymmetric)
  const counts = isShort ? [1000, 10_000] : [1000, 100_000]
  const pairs = isShort ? 5 : 15
  const [few, many] = await Promise.all(counts.map(measured))
  if (few === undefined || many === undefined) throw new Error('nothing was measured')
  await using small = few
  await using large = many
  const ours: number[] = []
  const reference: number[] = []
  const ofFew: number[] = []
  for (let pair = -2; pair < pairs; pair += 1) {
    const times = [await large.search(), large.walk(), await small.search()] as const
    // The first two are for the compiler.
    if (pair < 0) continue
    ours.push(times[0])
    reference.push(times[1])
    ofFew.push(times[2])
  }
  const ratios = ours.map((ms, index) => ms / (reference[index] ?? Number.NaN))
  return {
    bench: 'search',
    ratio: median(ratios),
    aim: 2,
    pairs,
    spread: spreadOf(ratios),
    details: {
      node: process.version,
      messages: large.count,
      searchMs: median(ours),
      searchMsAim: aimMs,
      searchMsMost: Math.max(...ours),
      walkMs: median(reference),
      found: large.found,
      firstSearchMs: large.firstMs,
      fewMessages: small.count,
      fewSearchMs: median(ofFew),
      manyOverFew: median(ours.map((ms, index) => ms / (ofFew[index] ?? Number.NaN))),
    },
  }
}

interface Measured extends AsyncDisposable {
  readonly count: number
  /** Messages that the queries give, all together. */
  readonly found: number
  readonly firstMs: number
  /** Milliseconds of one search, on average over the queries. */
  search(): Promise<number>
  /** The same of a plain look at every text. */
  walk(): number
}

async function measured(count: number): Promise<Measured> {
  await using stack = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'safelight-search-'))
  stack.defer(() => rm(directory, { recursive: true, force: true }))
  const texts = Array.from({ length: count }, (_, index) => textOf(index))
  await fill(directory, texts)
  const messenger = stack.use(await openProfile(directory))
  const firstMs = await timed(() => messenger.search.find(queries[0] ?? ''))
  let found = 0
  for (const query of queries) found += (await messenger.search.find(query)).messages.length
  const owned = stack.move()
  return {
    count,
    found,
    firstMs,
    search: async () =>
      (await timed(async () => {
        for (const query of queries) await messenger.search.find(query)
      })) / queries.length,
    walk() {
      const start = performance.now()
      for (const query of queries) {
        const parts = query.split(' ')
        const has: number[] = []
        for (let index = 0; index < texts.length; index += 1)
          if (parts.every((part) => texts[index]?.includes(part) === true)) has.push(index)
        has.toSorted((a, b) => b - a).slice(0, 50)
      }
      return (performance.now() - start) / queries.length
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Some 90 letters, as it would be after its normalization. */
function textOf(index: number): string {
  const of = (step: number) => words[(index * step + step * step) % words.length] ?? ''
  return [...Array.from({ length: 16 }, (_, at) => of(at + 3)), index % 1000].join(' ')
}

function openProfile(directory: string, network = memoryNetwork()): Promise<Messenger> {
  return createMessenger({
    platform: {
      clock: systemClock,
      random: systemRandom,
      log: quietLog,
      media: nodeMediaPreparer(),
      async open() {
        const storage = await openNodeStorage({ directory, random: (length) => systemRandom.bytes(length) })
        return { ...storage, transport: network.transport({ random: systemRandom }) }
      },
    },
    relays,
    profile: { name: 'Ana' },
  })
}

/** A profile with one contact, and the messages written beside it as the messenger would. */
async function fill(directory: string, texts: readonly string[]): Promise<void> {
  const network = memoryNetwork()
  const conversationId = await (async () => {
    await using ana = await openProfile(directory, network)
    await using bo = await createMessenger({
      platform: memoryPlatform({ network }),
      relays,
      profile: { name: 'Bo' },
    })
    const { link } = await ana.invites.create()
    const contact = await bo.invites.connect(link)
    await ana.requests.accept((await ana.requests.list())[0]?.id ?? '')
    return contact.conversationId
  })()
  const storage = await openNodeStorage({ directory, random: (length) => systemRandom.bytes(length) })
  try {
    const tables = await openTables(storage.store)
    const conversation = tables.conversations.peek(conversationId)
    const contactId = conversation?.contactId
    if (conversation === undefined || contactId === undefined) throw new Error('no conversation')
    const startMs = Date.now() - texts.length * 1000
    const log = { length: 1, head: new Uint8Array(32) }
    const write = (text: string, index: number): Write[] => {
      const id = index.toString(16).padStart(32, '0')
      const key = `${conversationId}/${orderKey(index + 1)}`
      const sentAt = startMs + index * 1000
      const content = encodeContent({
        messageId: fromHex(id) ?? new Uint8Array(),
        conversationId: fromHex(conversationId) ?? new Uint8Array(),
        parents: [],
        groupHeads: [],
        log,
        sentAtMs: sentAt,
        body: { kind: 'message', text, media: [] },
      })
      const row = {
        id,
        senderId: contactId,
        sentAt,
        receivedAt: sentAt,
        content,
        recipients: [],
        receipt: 'done',
      } as const
      return [tables.messages.write(key, row), tables.messageIndex.write(id, { key })]
    }
    for (let from = 0; from < texts.length; from += 5000)
      await storage.store.commit(texts.slice(from, from + 5000).flatMap((text, at) => write(text, from + at)))
    const full: ConversationRow = { ...conversation, lastOrder: texts.length, lastActivityAt: Date.now() }
    await storage.store.commit([tables.conversations.write(conversationId, full)])
  } finally {
    await storage.release()
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}
