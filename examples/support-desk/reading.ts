// What came since the last time, handed to the rules: each message is one change of the book, with the place up to which
// the conversation is read.

import type { Messenger, MessageView } from '../../src/index.ts'
import type { Book } from './book.ts'
import { customerOf, customerWrote, staffWrote } from './counter.ts'
import { askedInPrivate } from './people.ts'

const pageLength = 100

/** In the order in which it came. */
export async function read(messenger: Messenger, book: Book, conversationId: string): Promise<void> {
  const conversation = await messenger.conversations.get(conversationId)
  if (conversation === undefined) return
  const before = book.read.get(conversationId) ?? 0
  let fresh: readonly MessageView[] = []
  for (;;) {
    const [first] = fresh
    const page = await messenger.conversations.page(conversationId, {
      limit: pageLength,
      ...(first === undefined ? {} : { before: first.id }),
    })
    const newer = page.filter(({ order }) => order > before)
    fresh = [...newer, ...fresh]
    if (newer.length < pageLength) break
  }
  for (const message of fresh) {
    const { replyTo, senderId } = message
    const answered = replyTo === undefined ? undefined : await messenger.messages.get(replyTo.id)
    book.change(() => {
      book.read.put(conversationId, message.order)
      if (senderId !== undefined && message.line === undefined && message.unsentAt === undefined)
        take(book, message, senderId, conversation.groupId, answered)
    })
  }
}

function take(
  book: Book,
  message: MessageView,
  senderId: string,
  groupId: string | undefined,
  answered: MessageView | undefined,
): void {
  const staff = book.staff.all().find(({ contactId, stage }) => contactId === senderId && stage !== 'gone')
  if (groupId === undefined) {
    if (staff === undefined) customerWrote(book, customerOf(book, senderId, message.senderName), message, Date.now())
    else askedInPrivate(book, staff, senderId, message.text ?? '')
  } else if (groupId === book.facts.get('group') && staff !== undefined) {
    const copy = answered === undefined ? undefined : book.copies.get(answered.id)
    const about = copy?.to === 'staff' ? book.customers.get(copy.customerId) : undefined
    staffWrote(book, staff, message, {
      about,
      repliesToDesk: answered !== undefined && answered.senderId === undefined,
    })
  }
}
