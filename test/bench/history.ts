// Opening a conversation of 100,000 messages against one of 1,000, each in a profile in Node of its own: from the start of
// the messenger to the newest page and the ten before it. The ratio is of times: lower is better. What the two parts take
// stands in the details.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeSymmetric } from '../../src/node-symmetric.ts'
import { offerSymmetric } from '../../src/protocol/primitives/symmetric/choice.ts'
import { fillProfile, openProfile, textOf } from './full-profile.ts'
import type { Bench } from './report.ts'
import { median, spreadOf } from './report.ts'

/** As far as somebody scrolls who looks for what was said yesterday. */
const pagesBack = 10

export const history: Bench = async ({ isShort }) => {
  offerSymmetric(nodeSymmetric)
  const pairs = isShort ? 5 : 15
  await using few = await filledProfile(1000)
  await using many = await filledProfile(isShort ? 10_000 : 100_000)
  const ofMany: Opening[] = []
  const ofFew: Opening[] = []
  // The first two are for the compiler.
  for (let pair = -2; pair < pairs; pair += 1) {
    const times = [await many.open(), await few.open()] as const
    if (pair < 0) continue
    ofMany.push(times[0])
    ofFew.push(times[1])
  }
  const ratios = ofMany.map((opening, index) => total(opening) / total(ofFew[index]))
  return {
    bench: 'history',
    ratio: median(ratios),
    aim: 1.3,
    pairs,
    spread: spreadOf(ratios),
    details: {
      node: process.version,
      messages: many.count,
      startMs: median(ofMany.map(({ startMs }) => startMs)),
      readMs: median(ofMany.map(({ readMs }) => readMs)),
      fewMessages: few.count,
      fewStartMs: median(ofFew.map(({ startMs }) => startMs)),
      fewReadMs: median(ofFew.map(({ readMs }) => readMs)),
    },
  }
}

interface Opening {
  /** Until the messenger is there. */
  readonly startMs: number
  /** Until the pages are. */
  readonly readMs: number
}

interface FilledProfile extends AsyncDisposable {
  readonly count: number
  open(): Promise<Opening>
}

async function filledProfile(count: number): Promise<FilledProfile> {
  const directory = await mkdtemp(join(tmpdir(), 'safelight-history-'))
  const texts = Array.from({ length: count }, (_, index) => textOf(index))
  const conversationId = await fillProfile(directory, texts)
  return {
    count,
    async open() {
      const begun = performance.now()
      await using messenger = await openProfile(directory)
      const there = performance.now()
      let [oldest] = await messenger.conversations.page(conversationId)
      for (let page = 0; page < pagesBack && oldest !== undefined; page += 1)
        [oldest] = await messenger.conversations.page(conversationId, { before: oldest.id })
      if (oldest === undefined) throw new Error('there was less to read than was written')
      return { startMs: there - begun, readMs: performance.now() - there }
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}

function total(opening: Opening | undefined): number {
  return opening === undefined ? Number.NaN : opening.startMs + opening.readMs
}
