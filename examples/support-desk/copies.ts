// Keeps copies as their sources are: what a customer takes back, staff lose too, and the other way round; an edit goes
// where the first words went. And says on the source how far its copy got.

import type { Messenger, MessageView } from '../../src/index.ts'
import { UsageError } from '../../src/index.ts'
import type { Book, Copy } from './book.ts'
import { say } from './counter.ts'
import { wordsFor } from './orders.ts'
import { fits, labelOf, quoted } from './words.ts'

export async function settle(messenger: Messenger, book: Book, copyId: string): Promise<void> {
  try {
    await attempt(messenger, book, copyId)
  } catch (error) {
    // One of the two was deleted meanwhile: there is nothing to settle any more.
    if (!(error instanceof UsageError) || error.code === 'closed') throw error
  }
}

async function attempt(messenger: Messenger, book: Book, copyId: string): Promise<void> {
  const copy = book.copies.get(copyId)
  const made = await messenger.messages.get(copyId)
  // Not sent yet, or deleted here: `errands.ts` looks at its source when it sends it.
  if (copy === undefined || made === undefined || made.unsentAt !== undefined) return
  const source = await messenger.messages.get(copy.sourceId)
  if (source === undefined || source.unsentAt !== undefined) return messenger.messages.unsend([copyId])
  const text = textFor(copy, made, source)?.trim()
  if (source.earlierTexts !== undefined && text !== undefined && fits(text) && text !== made.text)
    await messenger.messages.edit(copyId, text)
  if (copy.to === 'customer') return tell(messenger, book, copy, made)
  // The customer sees `Seen` when somebody of the staff has seen it.
  if (made.recipients.some(({ state }) => state.kind === 'seen'))
    await messenger.conversations.markSeen(source.conversationId, source.id)
}

/** Undefined where there are no words to change. Of what staff see, what the desk said of it stays. */
function textFor(copy: Copy, made: MessageView, source: MessageView): string | undefined {
  if (copy.to === 'customer') return wordsFor(source.text ?? '')
  if (copy.part === 'media' || made.text === undefined) return undefined
  const [title = '', ...rest] = made.text.split('\n')
  const words = source.text === undefined ? [] : [quoted(source.text)]
  return [title, ...words, ...rest.filter((line) => !line.startsWith('> '))].join('\n')
}

async function tell(messenger: Messenger, book: Book, copy: Copy, { recipients }: MessageView): Promise<void> {
  const kind = recipients[0]?.state.kind
  if (kind === undefined || kind === 'sending' || kind === 'kept' || kind === copy.told) return
  const customer = book.customers.get(copy.customerId)
  if (kind === 'failed')
    book.change(() => {
      book.copies.put(copy.id, { ...copy, told: kind })
      if (customer !== undefined) say(book, `An answer to ${labelOf(customer)} failed, and is not with them.`)
    })
  else {
    await messenger.messages.react(copy.sourceId, kind === 'seen' ? '👀' : '✅')
    book.copies.put(copy.id, { ...copy, told: kind })
  }
}
