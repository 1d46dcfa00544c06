// Who comes to the desk: customers by its public link, staff by a link of their own for one use.

import { randomBytes } from 'node:crypto'
import type { Messenger } from '../../src/index.ts'
import type { Book, Staff } from './book.ts'
import { add, customerOf, isCalled, leave, say, staffNamed } from './counter.ts'
import { labelOf, leadText, quoted, staffText } from './words.ts'

/** A group has 32 members; one is the desk. */
const staffMax = 31
const linkUses = 1_000
const yearMs = 365 * 24 * 3_600_000
/** With so little left of it the public link is replaced; the old one works to its end. */
const usesLeft = 50
const timeLeftMs = 30 * 24 * 3_600_000

/** The link to show to customers. */
export async function publicLink(messenger: Messenger, book: Book): Promise<string> {
  const known = (await messenger.invites.list()).find(({ id }) => id === book.facts.get('invite'))
  if (known !== undefined && known.uses - known.used > usesLeft && known.expiresAt - Date.now() > timeLeftMs)
    return known.link
  const { id, link } = await messenger.invites.create({ uses: linkUses, expiresInMs: yearMs })
  book.facts.put('invite', id)
  return link
}

/** Gives a link for a new member of staff, or why there is none. */
export async function inviteStaff(messenger: Messenger, book: Book, asked: string): Promise<string> {
  const name = asked.trim().replace(/\s+/gu, ' ')
  const refusal = whyNot(book, name)
  if (refusal !== undefined) return refusal
  const { id: inviteId, link } = await messenger.invites.create({ uses: 1 })
  const id = randomBytes(16).toString('hex')
  return book.change(() => {
    const isLead = !book.staff.all().some((one) => one.isLead && one.stage !== 'gone')
    book.staff.put(id, { id, name, isLead, stage: 'invited', inviteId })
    return `A link for ${name}, for one use within 7 days: ${link}`
  })
}

function whyNot(book: Book, name: string): string | undefined {
  if (!/^[\p{L}\p{M}\p{N} .'’-]{1,64}$/u.test(name)) return 'A name has letters, up to 64.'
  if (staffNamed(book, name) !== undefined) return `There is a ${name} already.`
  const count = book.staff.all().filter(({ stage }) => stage !== 'gone').length
  return count >= staffMax ? `There are ${staffMax} at the desk; a group takes no more.` : undefined
}

/** Inside a change of the book; gives what to say about it. */
export function removeStaff(book: Book, name: string): string {
  const staff = staffNamed(book, name)
  if (staff === undefined) return nobodyCalled(name)
  const { contactId, inviteId } = staff
  leave(book, staff)
  add(book, contactId === undefined ? { kind: 'revoke', inviteId } : { kind: 'remove', contactId })
  return `${staff.name} gets nothing more.`
}

/**
 * Asks who has gone into the group again: their own word brings them back. By an order of its own, so that an invite
 * for somebody of the same name never asks them. Inside a change of the book; gives what to say about it.
 */
export function takeBack(book: Book, name: string): string {
  const refusal = whyNot(book, name)
  if (refusal !== undefined) return refusal
  const staff = book.staff.all().findLast((one) => one.stage === 'gone' && isCalled(one, name))
  if (staff?.contactId === undefined) return `Nobody who was at the desk is called “${name.slice(0, 64)}”.`
  book.staff.put(staff.id, { ...staff, stage: 'asked', isLead: false })
  add(book, { kind: 'ask', contactId: staff.contactId })
  return `${staff.name} is asked again: the request is in the app.`
}

/** What a member of staff writes to the desk alone. */
export function askedInPrivate(book: Book, staff: Staff, contactId: string, text: string): void {
  const [, word, name = ''] = /^\/(\S+)\s*(.*)$/u.exec(text.trim()) ?? []
  const answer = (words: string): void => void add(book, { kind: 'say', to: { contactId }, text: words })
  if (word === 'staff') return answer(staffText(book))
  if (word !== 'invite' && word !== 'remove' && word !== 'back' && word !== 'lead') return answer(leadText)
  if (!staff.isLead) return answer('Only a lead may do that.')
  if (word === 'invite') return void add(book, { kind: 'link', name, contactId })
  if (word === 'remove') return answer(removeStaff(book, name))
  if (word === 'back') return answer(takeBack(book, name))
  const other = staffNamed(book, name)
  if (other === undefined) return answer(nobodyCalled(name))
  book.staff.put(other.id, { ...other, isLead: true })
  answer(`${other.name} is a lead.`)
}

/** Everybody who asks is let in: as staff by a link for staff, else as a customer. */
export async function answerRequests(
  messenger: Messenger,
  book: Book,
  accepted: (conversationId: string) => void,
): Promise<void> {
  for (const request of await messenger.requests.list()) {
    const { id, group, introducedBy, inviteId, name, text } = request
    // The desk joins no groups, and knows nobody by hearsay.
    if (group !== undefined || introducedBy !== undefined) {
      await messenger.requests.delete(id)
      continue
    }
    book.change(() => {
      const staff = book.staff.all().find((one) => one.inviteId === inviteId && one.stage === 'invited')
      if (staff !== undefined) {
        book.staff.put(staff.id, { ...staff, stage: 'asked', contactId: id })
        add(book, { kind: 'ask', contactId: id })
      } else if (!book.staff.all().some((one) => one.contactId === id) && book.customers.get(id) === undefined) {
        const customer = customerOf(book, id, name)
        if (text === undefined) return
        book.customers.put(id, { ...customer, isOpen: true, waitingSince: request.receivedAt })
        say(book, `${labelOf(customer)} asks:\n${quoted(text)}`)
      }
    })
    const { conversationId } = await messenger.requests.accept(id)
    accepted(conversationId)
  }
}

/**
 * Who joined the group of the staff is at the desk; who left it, or was removed elsewhere, is not. Whoever is in it and
 * should not be, is removed: a word that they want to join may come after they were taken off the list.
 */
export async function lookAtStaff(messenger: Messenger, book: Book): Promise<void> {
  const group = await messenger.groups.get(book.facts.get('group') ?? '')
  if (group === undefined) return
  const present = new Set(group.members.flatMap(({ contactId }) => contactId ?? []))
  book.change(() => {
    // Until then they are there only for a moment more.
    const leaving = new Set(book.errands.all().flatMap((one) => (one.kind === 'remove' ? one.contactId : [])))
    for (const contactId of leaving) present.delete(contactId)
    for (const staff of book.staff.all()) {
      const isPresent = staff.contactId !== undefined && present.has(staff.contactId)
      if (staff.stage === 'asked' && isPresent) {
        book.staff.put(staff.id, { ...staff, stage: 'in' })
        say(book, `${staff.name} is at the desk. /help says how it works.`)
      } else if (staff.stage === 'in' && !isPresent) leave(book, staff)
    }
    const staff = new Set(book.staff.all().flatMap(({ contactId, stage }) => (stage === 'gone' ? [] : contactId)))
    for (const contactId of present) if (!staff.has(contactId)) add(book, { kind: 'remove', contactId })
  })
}

function nobodyCalled(name: string): string {
  return `Nobody at the desk is called “${name.slice(0, 64)}”.`
}
