// Searching what is read already: a profile in Node with 100,000 messages against a plain walk over the same texts, and
// against the same profile with 1,000. The ratio is the time of a search over that of the walk: lower is better. The aim in
// milliseconds and the first search, which reads and opens every message, stand in the details.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeSymmetric } from '../../src/node-symmetric.ts'
import { offerSymmetric } from '../../src/protocol/primitives/symmetric/choice.ts'
import { fillProfile, openProfile, textOf } from './full-profile.ts'
import type { Bench } from './report.ts'
import { median, spreadOf } from './report.ts'

const aimMs = 50
/** In most messages, in few, in none, and two words. */
const queries = ['harbour', 'lantern 77', 'nowhere', 'red window']

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
  await fillProfile(directory, texts)
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

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}
