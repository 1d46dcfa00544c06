// The rules of the support desk, without a network: who has whom, and what goes to whom.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Book, Customer, Errand, Staff } from '../../examples/support-desk/book.ts'
import { openBook } from '../../examples/support-desk/book.ts'
import { customerOf, customerWrote, leave, staffWrote } from '../../examples/support-desk/counter.ts'
import { readOrder } from '../../examples/support-desk/orders.ts'
import { askedInPrivate } from '../../examples/support-desk/people.ts'
import { cut, fits, quoted } from '../../examples/support-desk/words.ts'
import type { MessageView } from '../../src/index.ts'
import { messageView } from '../support/message-view.ts'

let count = 0

function messageOf(text: string, more: Partial<MessageView> = {}): MessageView {
  count += 1
  const id = count.toString(16).padStart(32, '0')
  return messageView({ id, conversationId: 'c', order: count, sentAt: count, text, ...more })
}

/** Ana, who is a lead, and Bo are at the desk; Cem and Dora are customers 1 and 2. */
function beginning() {
  const book = openBook(':memory:')
  const staff = (name: string, isLead: boolean): Staff => {
    const one = { id: name, name, isLead, stage: 'in', inviteId: `${name}-link`, contactId: `${name}-contact` } as const
    book.staff.put(name, one)
    return one
  }
  const [ana, bo] = [staff('Ana', true), staff('Bo', false)]
  const write = (who: Staff, text: string, about?: Customer, repliesToDesk = about !== undefined) => {
    const message = messageOf(text)
    staffWrote(book, who, message, { about: about && book.customers.get(about.contactId), repliesToDesk })
    return message
  }
  return { book, ana, bo, cem: customerOf(book, 'cem', 'Cem'), dora: customerOf(book, 'dora', 'Dora'), write }
}

const saidBy = (book: Book): string[] =>
  book.errands.all().flatMap((errand) => (errand.kind === 'say' ? errand.text : []))
const repliesOf = (book: Book): Errand[] => book.errands.all().filter(({ kind }) => kind === 'reply')
const holderOf = (book: Book, { contactId }: Customer) => book.customers.get(contactId)?.staffId

describe('a customer', () => {
  it('is taken by who is first, and the other is told by whom', () => {
    const { book, ana, bo, cem, write } = beginning()
    write(ana, '/take 1')
    write(bo, '/take 1')
    expect(holderOf(book, cem)).toBe('Ana')
    expect(saidBy(book)).toEqual(['Ana took 1 · Cem.', 'Bo: 1 · Cem is with Ana. /takeover 1 takes over.'])
  })

  it('is taken over with a line, given, and released', () => {
    const { book, ana, bo, cem, write } = beginning()
    write(ana, '/take 1')
    write(bo, '/takeover 1')
    expect(holderOf(book, cem)).toBe('Bo')
    write(ana, '/give 1 ana')
    expect(holderOf(book, cem)).toBe('Ana')
    write(ana, '/give 1 Eve')
    expect(holderOf(book, cem)).toBe('Ana')
    write(bo, '/release 1')
    expect(holderOf(book, cem)).toBeUndefined()
    expect(saidBy(book).slice(1)).toEqual([
      'Bo took 1 · Cem over from Ana.',
      'Ana gave 1 · Cem to Ana.',
      'Nobody at the desk is called “Eve”. Nothing done.',
      'Bo released 1 · Cem.',
    ])
  })

  it('is answered by a reply to their words, by one member of staff alone', () => {
    const { book, ana, bo, cem, write } = beginning()
    const first = write(bo, 'We have it', cem)
    write(ana, 'We do not', cem)
    expect(repliesOf(book)).toMatchObject([{ sourceId: first.id, customerId: 'cem' }])
    expect(holderOf(book, cem)).toBe('Bo')
    expect(saidBy(book)).toEqual(['Bo took 1 · Cem.', 'Ana: not sent, 1 · Cem is with Bo. /takeover 1 takes over.'])
  })

  it('gets no note, no order, no talk among staff, and no answer to a line of the desk', () => {
    const { book, ana, cem, write } = beginning()
    write(ana, '/note 1 pays late')
    write(ana, '/note is the one who pays late', cem)
    write(ana, 'lunch?')
    write(ana, 'who was that?', undefined, true)
    write(ana, '/queue', cem)
    write(ana, '/frobnicate', cem)
    write(ana, '/say', cem)
    write(ana, '', cem)
    expect(repliesOf(book)).toEqual([])
    expect(book.notes.all()).toHaveLength(2)
  })

  it('is not mixed up with another one by a number in a reply', () => {
    const { book, ana, cem, write } = beginning()
    write(ana, '/say 2 euros', cem)
    write(ana, '/close 2', cem)
    write(ana, '/take 1 2')
    expect(book.errands.all().every(({ kind }) => kind === 'say')).toBe(true)
    expect(saidBy(book)).toEqual([
      'Nothing done: you reply to 1 · Cem, and name 2.',
      'Nothing done: you reply to 1 · Cem, and name 2.',
      'No such order: /take. /help',
    ])
  })

  it('waits again when they write after they were closed, in the order in which they came', () => {
    const { book, ana, dora, write } = beginning()
    write(ana, '/take 1')
    write(ana, '/close 1')
    expect(book.customers.get('cem')).toEqual({ contactId: 'cem', number: 1, name: 'Cem', isOpen: false })
    customerWrote(book, dora, messageOf('hello'), 1_000)
    // What a customer says of when it was sent moves nobody to the front.
    customerWrote(book, customerOf(book, 'cem', 'Cem'), messageOf('one more thing', { sentAt: -1 }), 2_000)
    customerWrote(book, customerOf(book, 'dora', 'Dora'), messageOf('hello?'), 3_000)
    write(ana, '/queue')
    expect(saidBy(book).at(-1)).toMatch(/^2 · Dora · free · waits since .*\n1 · Cem · free · waits since /u)
  })

  it('cannot write what looks like the desk', () => {
    expect(quoted('hi\nBo took 2 · Dora.\r\n\u2028\u0085x')).toBe('> hi\n> Bo took 2 · Dora.\n> \n> \n> x')
  })

  it('who writes orders gives none', () => {
    const { book, cem } = beginning()
    customerWrote(book, cem, messageOf('/takeover 2'), 1)
    customerWrote(book, cem, messageOf('/block 2'), 2)
    expect(book.errands.all().map(({ kind }) => kind)).toEqual(['pass', 'pass'])
    expect(book.customers.all().map(({ staffId }) => staffId)).toEqual([undefined, undefined])
  })

  it('who sends something to be viewed once is told of, and it is not opened', () => {
    const { book, cem } = beginning()
    const viewing = { replays: 0, photos: 1, videos: 0, stage: 'sealed' } as const
    customerWrote(book, cem, messageOf('', { viewing }), 1)
    expect(book.errands.all()).toMatchObject([{ kind: 'say', text: expect.stringContaining('viewed once') }])
  })

  it('keeps their number when their name changes, and no two have one', () => {
    const { book } = beginning()
    expect(customerOf(book, 'cem', 'Bo').number).toBe(1)
    expect(customerOf(book, 'eva', 'Eva').number).toBe(3)
  })
})

describe('a member of staff', () => {
  it('who goes leaves nobody behind, and does nothing more', () => {
    const { book, ana, bo, cem, write } = beginning()
    write(bo, '/take 1')
    leave(book, bo)
    expect(holderOf(book, cem)).toBeUndefined()
    expect(saidBy(book).at(-1)).toBe('Bo is not at the desk any more. Free: 1 · Cem')
    write(ana, '/give 1 Bo')
    expect(holderOf(book, cem)).toBeUndefined()
  })

  it('invites and removes only as a lead', () => {
    const { book, ana, bo } = beginning()
    for (const text of ['/invite Eve', '/remove Ana', '/lead Bo']) askedInPrivate(book, bo, 'Bo-contact', text)
    expect(saidBy(book)).toEqual(Array.from({ length: 3 }, () => 'Only a lead may do that.'))
    askedInPrivate(book, ana, 'Ana-contact', '/remove bo')
    expect(book.staff.get('Bo')?.stage).toBe('gone')
    expect(book.errands.all()).toContainEqual(expect.objectContaining({ kind: 'remove', contactId: 'Bo-contact' }))
  })

  it('comes back by an order of its own, as no lead, and not where the name is taken meanwhile', () => {
    const { book, ana, bo } = beginning()
    askedInPrivate(book, ana, 'Ana-contact', '/back Bo')
    expect(saidBy(book).at(-1)).toBe('There is a Bo already.')
    book.staff.put(bo.id, { ...bo, isLead: true })
    askedInPrivate(book, ana, 'Ana-contact', '/remove Bo')
    askedInPrivate(book, ana, 'Ana-contact', '/back Eve')
    expect(saidBy(book).at(-1)).toBe('Nobody who was at the desk is called “Eve”.')
    askedInPrivate(book, ana, 'Ana-contact', '/back Bo')
    expect(book.staff.get('Bo')).toMatchObject({ stage: 'asked', isLead: false })
    expect(book.errands.all()).toContainEqual(expect.objectContaining({ kind: 'ask', contactId: 'Bo-contact' }))
  })
})

describe('orders', () => {
  it.each([
    ['/take 12', { kind: 'take', number: 12 }],
    ['  /TAKE  12 ', { kind: 'take', number: 12 }],
    ['/take', { kind: 'take', number: undefined }],
    ['/take12', { kind: 'unknown', word: 'take12' }],
    ['/take 12 13', { kind: 'unknown', word: 'take' }],
    ['/take -1', { kind: 'unknown', word: 'take' }],
    ['/take 1e3', { kind: 'unknown', word: 'take' }],
    ['/take 99999999999999999999', { kind: 'unknown', word: 'take' }],
    ['/give 12 Bo B.', { kind: 'give', number: 12, rest: 'Bo B.' }],
    ['/note 12\ntwo\nlines', { kind: 'note', number: 12, rest: 'two\nlines' }],
    ['/say hello', { kind: 'say', number: undefined, rest: 'hello' }],
    ['/say 12', { kind: 'say', number: 12, rest: '' }],
    ['/', { kind: 'unknown', word: '' }],
    ['/constructor 1', { kind: 'unknown', word: 'constructor' }],
    ['12 /take', undefined],
    ['', undefined],
  ] as const)('%j', (text, order) => {
    expect(readOrder(text)).toEqual(order)
  })
})

it('a long list says how many more there are', () => {
  const text = cut(Array.from({ length: 1_000 }, (_, number) => `${number} · ${'é'.repeat(30)}`))
  expect(fits(text)).toBe(true)
  expect(text).toMatch(/\n… and \d+ more$/u)
})

describe('anything that staff write, in any order', () => {
  it('goes to a customer by one at a time, and never by who does not have them', () => {
    const act = fc.record({
      by: fc.constantFrom('ana', 'bo'),
      about: fc.constantFrom('cem', 'dora', undefined),
      text: fc.constantFrom(
        '/take 1',
        '/take 2',
        '/takeover 1',
        '/takeover',
        '/give 1 Bo',
        '/give 2 Ana',
        '/release 1',
        '/close',
        '/close 2',
        '/say 1 hello',
        '/say hello',
        '/note 1 x',
        '/note x',
        '/queue',
        '/block 2',
        'hello',
        '/what',
      ),
    } as const)
    fc.assert(
      fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
        const world = beginning()
        const { book } = world
        for (const { by, about, text } of acts) {
          const before = repliesOf(book).length
          const message = world.write(world[by], text, about && world[about])
          const fresh = repliesOf(book).slice(before)
          expect(fresh.length).toBeLessThanOrEqual(1)
          for (const errand of fresh) {
            if (errand.kind !== 'reply') continue
            expect(errand.sourceId).toBe(message.id)
            expect(book.customers.get(errand.customerId)?.staffId).toBe(world[by].id)
            expect(text.startsWith('/say') || !text.startsWith('/')).toBe(true)
            // Where they replied to somebody, it is to them.
            expect(errand.customerId).toBe(about ?? 'cem')
          }
        }
        for (const { staffId } of book.customers.all()) expect([undefined, 'Ana', 'Bo']).toContain(staffId)
        expect(new Set(book.errands.all().map(({ id }) => id)).size).toBe(book.errands.all().length)
        book[Symbol.dispose]()
      }),
      { numRuns: 200 },
    )
  })
})
