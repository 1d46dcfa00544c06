// A support desk that dies at each of its steps: what a customer and the staff wrote arrives once.

import { afterEach, expect, it } from 'vitest'
import type { Book } from '../../examples/support-desk/book.ts'
import { openBook } from '../../examples/support-desk/book.ts'
import { inviteStaff, publicLink } from '../../examples/support-desk/people.ts'
import type { Rounds } from '../../examples/support-desk/rounds.ts'
import { startRounds } from '../../examples/support-desk/rounds.ts'
import type { Messenger } from '../../src/index.ts'
import { createMessenger, memoryNetwork, memoryPlatform } from '../../src/index.ts'
import { groupTexts, inGroup, joinDesk, patience, shopTexts, writeInGroup, writeToShop } from './support/desk-people.ts'
import type { Fate } from './support/mortal.ts'
import { mortal } from './support/mortal.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

const network = memoryNetwork()
async function person(name: string): Promise<Messenger> {
  const messenger = await createMessenger({
    platform: memoryPlatform({ network }),
    relays: ['https://relay.example'],
    profile: { name },
  })
  cleanups.push(() => messenger.close())
  return messenger
}

const lasting: Fate = { steps: 0, dieAt: Infinity }

/** The part of the desk that can be killed; what it stored and its messenger stay. */
function open(shop: Messenger, book: Book, fate: Fate): Rounds {
  return startRounds(mortal(shop, fate), mortal(book, fate), () => undefined)
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  await expect.poll(holds, patience).toBe(true)
}

it('passes on once what is written while it dies, wherever that is', { timeout: 300_000 }, async () => {
  const [shop, ana, cem] = [await person('The shop'), await person('Ana'), await person('Cem')]
  const book = openBook(':memory:')
  const group = await shop.groups.create({ contactIds: [], name: 'The desk', seed: 'ab'.repeat(32) })
  book.facts.put('group', group.id)
  let rounds = open(shop, book, lasting)
  cleanups.push(async () => rounds[Symbol.asyncDispose]())
  const link = (await inviteStaff(shop, book, 'Ana')).split(' ').at(-1) ?? ''
  await joinDesk(ana, link)
  await cem.invites.connect(await publicLink(shop, book))
  await expect.poll(() => shop.contacts.list(), patience).toHaveLength(2)

  const texts: string[] = []
  let isThrough = false
  for (let dieAt = 1; !isThrough; dieAt += 1) {
    const text = `word ${dieAt}`
    texts.push(text)
    await rounds[Symbol.asyncDispose]()
    const fate: Fate = { steps: 0, dieAt }
    // It comes while nobody is there, and is the first thing that is found.
    const asked = await writeToShop(cem, { text })
    await expect.poll(() => shop.messages.get(asked), patience).toBeDefined()
    rounds = open(shop, book, fate)
    const isDead = () => fate.steps >= fate.dieAt
    await until(async () => isDead() || (await groupTexts(ana)).some((one) => one.endsWith(`> ${text}`)))
    if (!isDead()) {
      // It got as far as the staff: it dies with the answer, or not at all any more.
      const { id } = await inGroup(ana, `> ${text}`)
      await writeInGroup(ana, { text: `answer ${dieAt}`, replyTo: id })
      await until(async () => isDead() || (await shopTexts(cem)).includes(`answer ${dieAt}`))
      isThrough = !isDead()
    }
    await rounds[Symbol.asyncDispose]()
    rounds = open(shop, book, lasting)
    await inGroup(ana, `> ${text}`)
  }
  // Enough of them to have been everywhere.
  expect(texts.length).toBeGreaterThan(15)
  await expect.poll(() => book.errands.all(), patience).toEqual([])
  const inOrder = (await groupTexts(ana)).flatMap((text) => /> (word \d+)$/u.exec(text)?.[1] ?? [])
  expect(inOrder).toEqual(texts)
  const answers = await shopTexts(cem)
  expect(answers.filter((text) => text.startsWith('answer'))).toEqual(
    [...new Set(answers)].filter((text) => text.startsWith('answer')),
  )
  for (const text of (await groupTexts(ana)).filter((one) => one.startsWith('answer'))) expect(answers).toContain(text)
})
