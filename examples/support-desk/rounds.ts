// Looks at what came, does what is to be done, and looks again when something happens. Whatever a crash cut off is found in
// the first round: what was not read by where reading stopped, what was not done in the book.

import type { Messenger } from '../../src/index.ts'
import type { Book, Errand } from './book.ts'
import { settle } from './copies.ts'
import { perform } from './errands.ts'
import { answerRequests, lookAtStaff } from './people.ts'
import { read } from './reading.ts'

/** Copies that are looked at when the desk starts: what is older has arrived, or its envelope is gone. */
const settledAtStart = 1_000
const againMs = 5_000

export interface Rounds extends AsyncDisposable {
  wake(): void
}

/** `later`: why a round ended early; it is made again after some seconds. */
export function startRounds(messenger: Messenger, book: Book, later: (code: string) => void): Rounds {
  const ended = new AbortController()
  const conversations = new Set<string>()
  const messages = new Set<string>()
  let isDue = true
  let isAsked = true
  let hasFailed = false
  let running: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined

  function wake(): void {
    isDue = true
    if (running !== undefined || ended.signal.aborted) return
    clearTimeout(timer)
    running = run().finally(() => {
      running = undefined
      if (hasFailed || isDue) timer = setTimeout(wake, againMs)
    })
  }

  async function run(): Promise<void> {
    hasFailed = false
    while (isDue && !hasFailed && !ended.signal.aborted) {
      isDue = false
      await orAgain(round())
    }
  }

  async function round(): Promise<void> {
    if (isAsked) {
      isAsked = false
      await orAgain(
        answerRequests(messenger, book, (id) => conversations.add(id)),
        () => (isAsked = true),
      )
    }
    await lookAtStaff(messenger, book)
    for (const id of taken(conversations)) await orAgain(read(messenger, book, id), () => conversations.add(id))
    for (const errand of book.errands.all()) {
      if (ended.signal.aborted) return
      if (!(await tried(errand))) continue
      book.errands.delete(errand.id)
      // It may have left another one.
      isDue = true
    }
    for (const id of taken(messages))
      for (const copyId of [id, ...(book.copiesOf.get(id) ?? [])])
        await orAgain(settle(messenger, book, copyId), () => messages.add(copyId))
  }

  /** One that fails keeps the others from nothing. */
  async function tried(errand: Errand): Promise<boolean> {
    let isDone = false
    await orAgain(perform(messenger, book, errand).then((done) => (isDone = done)))
    return isDone
  }

  async function orAgain(work: Promise<unknown>, undo = (): void => {}): Promise<void> {
    try {
      await work
    } catch (error) {
      undo()
      hasFailed = true
      later(error instanceof Error && 'code' in error ? String(error.code) : 'unknown')
    }
  }

  function asked(): void {
    isAsked = true
    wake()
  }

  async function start(): Promise<void> {
    for (const { id } of await messenger.conversations.list()) conversations.add(id)
    for (const { id } of book.copies.newest(settledAtStart)) messages.add(id)
    wake()
  }

  const { signal } = ended
  messenger.addEventListener('message', ({ detail }) => (conversations.add(detail.conversationId), wake()), { signal })
  for (const type of ['state', 'view', 'deleted'] as const)
    messenger.addEventListener(type, ({ detail }) => (messages.add(detail.messageId), wake()), { signal })
  messenger.addEventListener('request', asked, { signal })
  messenger.addEventListener('transfer', ({ detail }) => void (detail.transfer.kind === 'done' && wake()), { signal })
  messenger.addEventListener(
    'change',
    ({ detail: { what } }) => {
      if (what === 'requests') asked()
      else if (what === 'conversations') wake()
    },
    { signal },
  )
  const starting = start().catch(() => later('start'))

  return {
    wake,
    [Symbol.asyncDispose]: async () => {
      ended.abort()
      clearTimeout(timer)
      await starting
      await running
    },
  }
}

/** What was in it, which comes in anew from now on. */
function taken(ids: Set<string>): readonly string[] {
  const all = [...ids]
  ids.clear()
  return all
}
