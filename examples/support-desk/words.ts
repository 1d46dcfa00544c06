// What the desk says, and how it shows what a customer said: each line of theirs behind a mark, so that nothing in it can
// pass for a line of the desk.

import type { Attachment, MessageView } from '../../src/index.ts'
import type { Book, Customer, Staff } from './book.ts'

/** Code points of a message, as Safelight takes them; beyond, words go as a file. */
const textLength = 10_000

export function titleOf(book: Book, customer: Customer): string {
  const staff = staffOf(book, customer)
  return `${labelOf(customer)} · ${staff === undefined ? 'free' : `with ${staff.name}`}`
}

export function labelOf({ number, name }: Customer): string {
  return `${number} · ${name}`
}

export function staffOf(book: Book, { staffId }: Customer): Staff | undefined {
  return staffId === undefined ? undefined : book.staff.get(staffId)
}

export function quoted(text: string): string {
  return text
    .split(/\r\n|[\n\v\f\r\u{85}\u{2028}\u{2029}]/u)
    .map((line) => `> ${line}`)
    .join('\n')
}

export function fits(text: string): boolean {
  return Array.from(text).length <= textLength
}

/** `(2 photos and 1 video)`; what will not be fetched is said. */
export function mediaIn({ attachments }: MessageView): string {
  if (attachments.length === 0) return ''
  const kinds = Map.groupBy(attachments, ({ kind }) => kind)
  const parts = Array.from(kinds, ([kind, { length }]) => `${length} ${kind}${length === 1 ? '' : 's'}`)
  const large = attachments.filter(({ transfer }) => transfer.kind === 'offered')
  return `(${parts.join(', ')}${large.length > 0 ? '; too large for the desk: not fetched' : ', on the way'})`
}

export function isHere({ transfer }: Attachment): boolean {
  return transfer.kind === 'done'
}

export function queueText(book: Book): string {
  const open = book.customers.all().filter(({ isOpen }) => isOpen)
  const waiting = open.toSorted((a, b) => (a.waitingSince ?? Infinity) - (b.waitingSince ?? Infinity))
  const lines = waiting.map((customer) => {
    const { waitingSince } = customer
    return `${titleOf(book, customer)} · ${waitingSince === undefined ? 'answered' : `waits since ${timeOf(waitingSince)}`}`
  })
  const shown = cut(lines)
  return shown === '' ? 'Nobody waits, and nobody has anybody.' : shown
}

export function staffText(book: Book): string {
  const people = book.staff.all().filter(({ stage }) => stage !== 'gone')
  return people.length === 0
    ? 'Nobody yet.'
    : people.map(({ name, isLead, stage }) => `${name}${isLead ? ', lead' : ''} · ${stage}`).join('\n')
}

/** In UTC, which is the same for everybody who reads it. */
export function timeOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** As many lines as a message takes, and how many more there are. */
export function cut(lines: readonly string[]): string {
  let length = 0
  const fitting = lines.findIndex((line) => (length += Array.from(line).length + 1) > textLength - 100)
  if (fitting === -1) return lines.join('\n')
  return [...lines.slice(0, fitting), `… and ${lines.length - fitting} more`].join('\n')
}

export const helpText = `Answer a customer by replying to what they wrote. Everything else here stays among us.
/queue: who waits, and who has whom
/take 12: yours from now on. /takeover 12: also when somebody has them
/give 12 Bo: Bo's from now on. /release 12: nobody's
/say 12 words: to them, without a message to reply to
/note 12 words: a note for us. /show 12: the notes, the last words, who has seen them
/close 12: done, until they write again. /block 12: nothing more comes from them
As a reply to what a customer wrote, the number can be left out.`

export const leadText = `Customers are answered in the group. Here:
/staff: who is at the desk
/invite Bo: a link for Bo, for one use. /lead Bo: Bo may do this too
/remove Bo: Bo gets nothing more. /back Bo: asks Bo, who has gone, to come back`
