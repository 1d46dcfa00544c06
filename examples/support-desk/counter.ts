// The rules of the desk: what becomes of what a customer wrote, and of what a member of staff wrote. Each runs inside one
// change of the book and does nothing else: what is to be done outside is left as errands. One desk decides, in the order in
// which messages came to it, so that two members of staff who act at once end with the same.

import { randomBytes } from 'node:crypto'
import type { MessageView } from '../../src/index.ts'
import type { Book, Copy, Customer, Errand, Staff } from './book.ts'
import type { About, Order } from './orders.ts'
import { readOrder, wordsFor } from './orders.ts'
import { fits, helpText, isHere, labelOf, queueText, quoted, staffOf, titleOf } from './words.ts'

/** Adds it to what is to be done; gives its id. */
type NewErrand<T = Errand> = T extends Errand ? Omit<T, 'id'> : never
export function add(book: Book, errand: NewErrand): string {
  const id = randomBytes(16).toString('hex')
  book.errands.put(id, { ...errand, id })
  return id
}

export function say(book: Book, text: string): void {
  add(book, { kind: 'say', to: 'staff', text })
}

/** The customer of this contact: a new one gets the next number. */
export function customerOf(book: Book, contactId: string, name: string): Customer {
  const known = book.customers.get(contactId)
  if (known !== undefined && known.name === name) return known
  const number = known?.number ?? book.customers.all().reduce((most, one) => Math.max(most, one.number), 0) + 1
  const customer: Customer = { ...known, contactId, number, name, isOpen: known?.isOpen ?? false }
  book.customers.put(contactId, customer)
  return customer
}

/** `nowMs`: when it came. When it was sent is the customer's own word, by which nobody jumps the queue. */
export function customerWrote(book: Book, customer: Customer, message: MessageView, nowMs: number): void {
  const { contactId: customerId, waitingSince = nowMs } = customer
  book.customers.put(customerId, { ...customer, isOpen: true, waitingSince })
  if (message.viewing !== undefined)
    return say(book, `${labelOf(customer)} sent something to be viewed once. The desk does not open it.`)
  const isWhole = message.attachments.every(isHere) && fits(`${titleOf(book, customer)}\n${quoted(message.text ?? '')}`)
  const parts = isWhole
    ? (['all'] as const)
    : message.attachments.length > 0
      ? (['words', 'media'] as const)
      : (['words'] as const)
  for (const part of parts) {
    const id = add(book, { kind: 'pass', sourceId: message.id, customerId, part })
    copied(book, { id, sourceId: message.id, customerId, to: 'staff', part })
  }
}

/** In the group. `about`: the customer whose words they reply to. `repliesToDesk`: they reply to something else that it said. */
export function staffWrote(
  book: Book,
  staff: Staff,
  message: MessageView,
  { about, repliesToDesk }: { readonly about?: Customer | undefined; readonly repliesToDesk: boolean },
): void {
  const order = readOrder(message.text ?? '')
  if (order !== undefined) return obey(book, staff, message, order, about)
  if (about !== undefined) return answer(book, staff, message, about)
  if (repliesToDesk) say(book, `${staff.name}: not sent to anybody. Reply to what a customer wrote, or /say 12 words.`)
}

/** They are not of the staff any more: what they had is free. */
export function leave(book: Book, staff: Staff): void {
  book.staff.put(staff.id, { ...staff, stage: 'gone' })
  const had = book.customers.all().filter(({ staffId }) => staffId === staff.id)
  for (const customer of had) assign(book, customer, undefined)
  const freed = had.filter(({ isOpen }) => isOpen).map(labelOf)
  say(book, `${staff.name} is not at the desk any more.${freed.length === 0 ? '' : ` Free: ${freed.join(', ')}`}`)
}

function obey(book: Book, staff: Staff, message: MessageView, order: Order, about: Customer | undefined): void {
  switch (order.kind) {
    case 'queue':
      return say(book, queueText(book))
    case 'help':
      return say(book, helpText)
    case 'unknown':
      return say(book, `No such order: /${order.word.slice(0, 40)}. /help`)
    default:
      return obeyAbout(book, staff, message, order, about)
  }
}

function obeyAbout(book: Book, staff: Staff, message: MessageView, order: About, about: Customer | undefined): void {
  if (about !== undefined && order.number !== undefined && order.number !== about.number)
    return say(book, `Nothing done: you reply to ${labelOf(about)}, and name ${order.number}.`)
  const customer = about ?? book.customers.all().find(({ number }) => number === order.number)
  if (customer === undefined)
    return say(book, order.number === undefined ? `Whom? /${order.kind} 12` : `There is no customer ${order.number}.`)
  switch (order.kind) {
    case 'take':
      return take(book, staff, customer)
    case 'takeover':
      return takeOver(book, staff, customer)
    case 'give':
      return give(book, staff, customer, order.rest.trim())
    case 'release':
      if (customer.staffId === undefined) return say(book, `Nobody has ${labelOf(customer)}.`)
      assign(book, customer, undefined)
      return say(book, `${staff.name} released ${labelOf(customer)}.`)
    case 'close':
      return close(book, staff, customer)
    case 'note':
      return note(book, staff, customer, message, order.rest)
    case 'say':
      return answer(book, staff, message, customer)
    case 'show':
      return void add(book, { kind: 'show', customerId: customer.contactId })
    case 'block':
      close(book, staff, customer)
      add(book, { kind: 'block', contactId: customer.contactId })
      return say(book, `${staff.name} blocked ${labelOf(customer)}: nothing more comes from them.`)
  }
}

function take(book: Book, staff: Staff, customer: Customer): void {
  const has = staffOf(book, customer)
  if (has === undefined) {
    assign(book, customer, staff)
    return say(book, `${staff.name} took ${labelOf(customer)}.`)
  }
  if (has.id === staff.id) return say(book, `${staff.name} has ${labelOf(customer)} already.`)
  say(book, `${staff.name}: ${labelOf(customer)} is with ${has.name}. /takeover ${customer.number} takes over.`)
}

function takeOver(book: Book, staff: Staff, customer: Customer): void {
  const has = staffOf(book, customer)
  if (has === undefined || has.id === staff.id) return take(book, staff, customer)
  assign(book, customer, staff)
  say(book, `${staff.name} took ${labelOf(customer)} over from ${has.name}.`)
}

function give(book: Book, staff: Staff, customer: Customer, name: string): void {
  const to = staffNamed(book, name)
  if (to?.stage !== 'in') return say(book, `Nobody at the desk is called “${name.slice(0, 64)}”. Nothing done.`)
  assign(book, customer, to)
  say(book, `${staff.name} gave ${labelOf(customer)} to ${to.name}.`)
}

function close(book: Book, staff: Staff, customer: Customer): void {
  const { staffId: _, waitingSince: _waiting, ...rest } = customer
  book.customers.put(customer.contactId, { ...rest, isOpen: false })
  say(book, `${staff.name} closed ${labelOf(customer)}.`)
}

function note(book: Book, staff: Staff, customer: Customer, message: MessageView, words: string): void {
  if (words.trim() === '') return say(book, `What? /note ${customer.number} words`)
  book.notes.put(message.id, { customerId: customer.contactId, messageId: message.id, by: staff.name })
  add(book, { kind: 'mark', messageId: message.id, emoji: '📌' })
}

/** To the customer, where nobody else has them; who has nobody's customer has them from now on. */
function answer(book: Book, staff: Staff, message: MessageView, customer: Customer): void {
  const has = staffOf(book, customer)
  const refusal =
    has !== undefined && has.id !== staff.id
      ? `${labelOf(customer)} is with ${has.name}. /takeover ${customer.number} takes over.`
      : message.viewing !== undefined
        ? 'what is to be viewed once cannot be passed on.'
        : (wordsFor(message.text ?? '') ?? '').trim() === '' && message.attachments.length === 0
          ? 'there is nothing in it.'
          : undefined
  if (refusal !== undefined) return say(book, `${staff.name}: not sent, ${refusal}`)
  if (has === undefined) take(book, staff, customer)
  const { waitingSince: _, ...rest } = book.customers.get(customer.contactId) ?? customer
  book.customers.put(customer.contactId, { ...rest, isOpen: true })
  const customerId = customer.contactId
  const id = add(book, { kind: 'reply', sourceId: message.id, customerId })
  copied(book, { id, sourceId: message.id, customerId, to: 'customer' })
}

function assign(book: Book, customer: Customer, staff: Staff | undefined): void {
  const { staffId: _, ...rest } = customer
  book.customers.put(customer.contactId, staff === undefined ? rest : { ...rest, staffId: staff.id, isOpen: true })
}

export function staffNamed(book: Book, name: string): Staff | undefined {
  return book.staff.all().find((one) => one.stage !== 'gone' && isCalled(one, name))
}

export function isCalled(staff: Staff, name: string): boolean {
  const plain = (text: string) => text.normalize('NFKC').trim().toLowerCase()
  return plain(staff.name) === plain(name)
}

function copied(book: Book, copy: Copy): void {
  const { id, sourceId } = copy
  book.copies.put(id, copy)
  book.copiesOf.put(sourceId, [...(book.copiesOf.get(sourceId) ?? []), id])
}
