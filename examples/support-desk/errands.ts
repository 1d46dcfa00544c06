// Does what the rules left to be done, under the ids that were stored before: a message that was sent before a crash is
// found by its id and not sent again.

import type { Messenger, MessageView } from '../../src/index.ts'
import { MediaError, UsageError } from '../../src/index.ts'
import type { Book, Customer, Errand, Part } from './book.ts'
import { add, say } from './counter.ts'
import { wordsFor } from './orders.ts'
import { inviteStaff } from './people.ts'
import { cut, fits, isHere, labelOf, mediaIn, quoted, timeOf, titleOf } from './words.ts'

/** How many of a customer's last messages `/show` tells. */
const shownMessages = 5

/** Does one. False: not now, for media are on their way, or nobody is there to be told. */
export async function perform(messenger: Messenger, book: Book, errand: Errand): Promise<boolean> {
  try {
    return await attempt(messenger, book, errand)
  } catch (error) {
    // What can be repaired by waiting is no UsageError. The rest would fail again for ever.
    if (!(error instanceof UsageError || error instanceof MediaError) || error.code === 'closed') throw error
    const customer = 'customerId' in errand ? book.customers.get(errand.customerId) : undefined
    const what =
      customer === undefined
        ? `An errand (${errand.kind})`
        : `A message ${errand.kind === 'reply' ? 'to' : 'from'} ${labelOf(customer)}`
    book.change(() => {
      book.errands.delete(errand.id)
      // What fails as words fails again.
      if (errand.kind !== 'say') say(book, `${what} could not be passed on (${error.code}).`)
    })
    return true
  }
}

async function attempt(messenger: Messenger, book: Book, errand: Errand): Promise<boolean> {
  const { id } = errand
  const groupId = book.facts.get('group') ?? ''
  switch (errand.kind) {
    case 'say': {
      if (errand.to === 'staff') return toStaff(messenger, book, { id, text: errand.text })
      const { conversationId } = (await messenger.contacts.get(errand.to.contactId)) ?? {}
      if (conversationId !== undefined) await messenger.send(conversationId, { text: errand.text }, { id })
      return true
    }
    case 'pass':
      return pass(messenger, book, errand)
    case 'reply':
      return reply(messenger, errand)
    case 'mark':
      await messenger.messages.react(errand.messageId, errand.emoji)
      return true
    case 'show': {
      const customer = book.customers.get(errand.customerId)
      return customer === undefined || toStaff(messenger, book, { id, text: await shown(messenger, book, customer) })
    }
    case 'link': {
      const text = await inviteStaff(messenger, book, errand.name)
      book.change(() => {
        book.errands.delete(id)
        add(book, { kind: 'say', to: { contactId: errand.contactId }, text })
      })
      return true
    }
    case 'ask':
      await messenger.groups.invite(groupId, [errand.contactId])
      return true
    case 'remove':
      await remove(messenger, groupId, errand.contactId)
      return true
    case 'block':
      await messenger.contacts.block(errand.contactId)
      return true
    case 'revoke':
      await messenger.invites.revoke(errand.inviteId)
      return true
  }
}

interface Said {
  readonly id: string
  readonly text: string
  /** Too long for words. */
  readonly isFile?: boolean
  readonly replyTo?: string | undefined
}

/** False while nobody of the staff is there. */
async function toStaff(
  messenger: Messenger,
  book: Book,
  { id, text, isFile = false, replyTo }: Said,
): Promise<boolean> {
  const group = await messenger.groups.get(book.facts.get('group') ?? '')
  if (group === undefined || group.members.length < 2) return false
  const media = [{ data: new TextEncoder().encode(text), quality: 'file' as const, name: 'words.txt' }]
  const answered = replyTo === undefined ? {} : { replyTo }
  await messenger.send(group.conversationId, { ...answered, ...(isFile ? { media } : { text }) }, { id })
  return true
}

async function pass(messenger: Messenger, book: Book, errand: Errand & { readonly kind: 'pass' }): Promise<boolean> {
  const { id, sourceId, customerId, part } = errand
  const source = await messenger.messages.get(sourceId)
  const customer = book.customers.get(customerId)
  if (source === undefined || source.unsentAt !== undefined || customer === undefined) return true
  const group = await messenger.groups.get(book.facts.get('group') ?? '')
  if (group === undefined || group.members.length < 2) return false
  const title = titleOf(book, customer)
  // What they answer, as the member of staff wrote it.
  const replyTo = source.replyTo === undefined ? undefined : sourceOf(book, source.replyTo.id)
  if (part === 'words' || source.attachments.length === 0) {
    const text = shownTo(book, customer, source, part)
    return fits(text)
      ? toStaff(messenger, book, { id, text, replyTo })
      : toStaff(messenger, book, { id, text: `${title}\n${source.text ?? ''}`, isFile: true, replyTo })
  }
  if (!source.attachments.every(isHere)) return false
  const text = part === 'media' ? title : shownTo(book, customer, source, 'all')
  await messenger.messages.forward(sourceId, [group.conversationId], { ids: [id], text })
  return true
}

function sourceOf(book: Book, copyId: string): string | undefined {
  const copy = book.copies.get(copyId)
  return copy?.to === 'customer' ? copy.sourceId : undefined
}

/** What of a customer's message stands in the group as words. */
function shownTo(book: Book, customer: Customer, source: MessageView, part: Part): string {
  const words = source.text === undefined ? [] : [quoted(source.text)]
  const media = part === 'words' && source.attachments.length > 0 ? [mediaIn(source)] : []
  return [titleOf(book, customer), ...words, ...media].join('\n')
}

async function reply(messenger: Messenger, errand: Errand & { readonly kind: 'reply' }): Promise<boolean> {
  const source = await messenger.messages.get(errand.sourceId)
  const contact = await messenger.contacts.get(errand.customerId)
  const text = source === undefined ? undefined : wordsFor(source.text ?? '')
  if (source === undefined || source.unsentAt !== undefined || text === undefined || contact === undefined) return true
  const { conversationId } = contact
  if (source.attachments.length === 0) await messenger.send(conversationId, { text }, { id: errand.id })
  else if (!source.attachments.every(isHere)) return false
  else await messenger.messages.forward(source.id, [conversationId], { ids: [errand.id], text })
  return true
}

async function remove(messenger: Messenger, groupId: string, contactId: string): Promise<void> {
  const group = await messenger.groups.get(groupId)
  const { fingerprint } = (await messenger.contacts.get(contactId)) ?? {}
  if (group === undefined || fingerprint === undefined) return
  if (group.members.some((member) => member.fingerprint === fingerprint))
    await messenger.groups.remove(groupId, fingerprint)
  if (group.asked.some((asked) => asked.fingerprint === fingerprint))
    await messenger.groups.withdraw(groupId, fingerprint)
}

async function shown(messenger: Messenger, book: Book, customer: Customer): Promise<string> {
  const notes = book.notes.all().filter(({ customerId }) => customerId === customer.contactId)
  const lines = [titleOf(book, customer)]
  for (const { messageId, by } of notes) {
    const note = await messenger.messages.get(messageId)
    const words = note?.text?.replace(/^\/\S+\s+(?:\d+\s+)?/u, '')
    lines.push(`Note of ${by}: ${words === undefined ? 'taken back' : words}`)
  }
  const { conversationId } = (await messenger.contacts.get(customer.contactId)) ?? {}
  const page =
    conversationId === undefined ? [] : await messenger.conversations.page(conversationId, { limit: shownMessages })
  for (const message of page) {
    const from = message.senderId === undefined ? 'To them' : 'From them'
    const media = message.attachments.length === 0 ? '' : ` (${message.attachments.map(({ kind }) => kind).join(', ')})`
    lines.push(
      `${from}, ${timeOf(message.sentAt)}${media}`,
      ...(message.text === undefined ? [] : [quoted(message.text)]),
    )
  }
  const last = page.findLast(({ senderId }) => senderId !== undefined)
  const seenBy = new Set<string>()
  for (const copyId of book.copiesOf.get(last?.id ?? '') ?? [])
    for (const { contactId, state } of (await messenger.messages.get(copyId))?.recipients ?? [])
      if (state.kind === 'seen') seenBy.add(book.staff.all().find((one) => one.contactId === contactId)?.name ?? '')
  if (last !== undefined) lines.push(`Seen by: ${seenBy.size === 0 ? 'nobody yet' : [...seenBy].join(', ')}`)
  return cut(lines)
}
