// The support desk runs as its README says, against a relay of its own.

import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createMessenger } from '../../src/index.ts'
import type { Messenger } from '../../src/index.ts'
import { nodePlatform } from '../../src/node.ts'
import type { DeskProcess } from '../support/desk-process.ts'
import { startDesk } from '../support/desk-process.ts'
import { isLong } from '../support/long.ts'
import { photoWithLocation, secretsInMedia } from '../support/media.ts'
import type { RelayProcess } from '../support/relay-process.ts'
import { startRelayProcess } from '../support/relay-process.ts'
import {
  bytesOf,
  groupOf,
  groupTexts,
  inGroup,
  joinDesk,
  pageOf,
  patience,
  shopOf,
  shopTexts,
  writeInGroup,
  writeToShop,
} from './support/desk-people.ts'

const storyMs = 240_000
const deaths = isLong ? 8 : 2

let relay: RelayProcess
let desk: DeskProcess
let folder: string
const people: Messenger[] = []

beforeEach(async () => {
  relay = await startRelayProcess()
  folder = await mkdtemp(join(tmpdir(), 'safelight-desk-people-'))
  desk = await startDesk(relay.url)
}, storyMs)

afterEach(async () => {
  for (const person of people.splice(0)) await person.close()
  const errors = desk.errors()
  await desk[Symbol.asyncDispose]()
  await relay[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
  expect(errors).toBe('')
}, storyMs)

async function open(name: string): Promise<Messenger> {
  const platform = nodePlatform({ directory: join(folder, name) })
  const person = await createMessenger({ platform, relays: [relay.url], profile: { name } })
  people.push(person)
  return person
}

async function close(person: Messenger): Promise<void> {
  people.splice(people.indexOf(person), 1)
  await person.close()
}

async function staff(name: string): Promise<Messenger> {
  const link = await desk.invite(name)
  const person = await open(name)
  await joinDesk(person, link)
  await inGroup(person, `${name} is at the desk. /help says how it works.`)
  return person
}

async function customer(name: string): Promise<Messenger> {
  const person = await open(name)
  await person.invites.connect(desk.link)
  await expect.poll(async () => (await shopOf(person))?.accepted, patience).toBe(true)
  return person
}

it(
  'gives customers one shop and staff a queue, with photos both ways and notes that stay inside',
  { timeout: storyMs },
  async () => {
    const ana = await staff('Ana')
    const bo = await staff('Bo')
    const cem = await customer('Cem')
    const photo = await photoWithLocation()
    await writeToShop(cem, { text: 'Is this coat still there?', media: [{ data: photo }] })
    const asked = await inGroup(bo, '> Is this coat still there?')
    expect(asked.text).toMatch(/^1 · Cem · free\n/u)

    const shown = async () =>
      (await pageOf(bo, await groupOf(bo))).find(({ attachments: [first] }) => first?.transfer.kind === 'done')
    await expect.poll(shown, patience).toBeDefined()
    const seen = await bytesOf(bo, (await shown())?.attachments[0]?.id)
    expect(seen.length).toBeGreaterThan(1_000)
    expect(Buffer.from(seen).includes(secretsInMedia.camera)).toBe(false)

    // Nobody has seen it before somebody of the staff has.
    const question = (await pageOf(cem, await shopOf(cem)))[0]
    await bo.conversations.markSeen(
      (await groupOf(bo))?.id ?? '',
      (await pageOf(bo, await groupOf(bo))).at(-1)?.id ?? '',
    )
    await expect
      .poll(async () => (await cem.messages.get(question?.id ?? ''))?.recipients[0]?.state.kind, patience)
      .toBe('seen')

    await writeInGroup(ana, {
      text: '/note pays late',
      replyTo: (await inGroup(ana, '> Is this coat still there?')).id,
    })
    await writeInGroup(ana, { text: 'can somebody look in the cellar?' })
    const answer = await writeInGroup(bo, { text: 'It is, here it hangs', media: [{ data: photo }], replyTo: asked.id })
    await inGroup(ana, 'Bo took 1 · Cem.')
    await expect.poll(() => shopTexts(cem), patience).toContain('It is, here it hangs')
    const received = async () => (await pageOf(cem, await shopOf(cem))).at(-1)
    await expect.poll(async () => (await received())?.attachments[0]?.transfer.kind, patience).toBe('done')
    expect((await received())?.senderName).toBe('The shop')
    expect(await bytesOf(cem, (await received())?.attachments[0]?.id)).toEqual(await bytesOf(bo, `${answer}.0`))
    // Bo sees that it is there, and Ana finds all of it.
    await expect
      .poll(async () => (await bo.messages.get(answer))?.reactions.map(({ emoji }) => emoji), patience)
      .toEqual(['✅'])
    await writeInGroup(ana, { text: '/show 1' })
    await expect
      .poll(async () => (await groupTexts(ana)).at(-1), patience)
      .toMatch(/Note of Ana: pays late\n[^]*> It is, here it hangs\nSeen by: Bo$/u)

    // What is taken back on one side is gone on the other.
    await cem.messages.unsend([question?.id ?? ''])
    await expect.poll(async () => (await bo.messages.get(asked.id))?.unsentAt, patience).toBeDefined()
    await bo.messages.unsend([answer])
    await expect.poll(async () => (await received())?.unsentAt, patience).toBeDefined()

    expect((await shopTexts(cem)).join()).not.toMatch(/Ana|Bo|note|cellar/u)
    expect((await cem.contacts.list()).map(({ name }) => name)).toEqual(['The shop'])
    // The book has who and what is to be done, and no words of anybody.
    for (const name of (await readdir(desk.folder)).filter((one) => one.startsWith('desk.sqlite')))
      expect((await readFile(join(desk.folder, name))).toString('latin1')).not.toMatch(/coat|cellar|pays late/u)
  },
)

it('gives a customer to one of two who take them at once, and to who takes over', { timeout: storyMs }, async () => {
  const ana = await staff('Ana')
  const bo = await staff('Bo')
  const cem = await customer('Cem')
  await writeToShop(cem, { text: 'hello' })
  for (const person of [ana, bo]) await inGroup(person, '> hello')
  await Promise.all([ana, bo].map((person) => writeInGroup(person, { text: '/take 1' })))
  for (const person of [ana, bo]) await inGroup(person, '/takeover 1 takes over.')
  const lines = (await groupTexts(ana)).filter((text) => text.includes('1 · Cem') && !text.includes('hello'))
  const [winner, loser] = lines[0]?.startsWith('Ana') ? ['Ana', 'Bo'] : ['Bo', 'Ana']
  expect(lines).toEqual([`${winner} took 1 · Cem.`, `${loser}: 1 · Cem is with ${winner}. /takeover 1 takes over.`])
  expect((await groupTexts(bo)).filter((text) => lines.includes(text))).toEqual(lines)

  const other = loser === 'Ana' ? ana : bo
  await writeInGroup(other, { text: 'mine', replyTo: (await inGroup(other, '> hello')).id })
  await inGroup(other, `${loser}: not sent, 1 · Cem is with ${winner}. /takeover 1 takes over.`)
  await writeInGroup(other, { text: '/takeover 1' })
  await writeInGroup(other, { text: '/say 1 hello yourself' })
  await expect.poll(() => shopTexts(cem), patience).toContain('hello yourself')
  expect(await shopTexts(cem)).toEqual(['hello', 'hello yourself'])
})

it(
  'lets a device that was away catch up, and gives nothing more to who was removed',
  { timeout: storyMs },
  async () => {
    const ana = await staff('Ana')
    let bo = await staff('Bo')
    const cem = await customer('Cem')
    await close(bo)
    await writeToShop(cem, { text: 'anybody there?' })
    await writeInGroup(ana, { text: 'soon', replyTo: (await inGroup(ana, '> anybody there?')).id })
    await expect.poll(() => shopTexts(cem), patience).toContain('soon')
    bo = await open('Bo')
    await inGroup(bo, '> anybody there?')
    await inGroup(bo, 'Ana took 1 · Cem.')
    await inGroup(bo, 'soon')
    await writeInGroup(bo, { text: '/takeover 1' })
    await inGroup(bo, 'Bo took 1 · Cem over from Ana.')

    // What he writes while nobody hears him is not heard later either.
    await close(bo)
    expect(await desk.typed('remove Bo')).toBe('Bo gets nothing more.')
    await inGroup(ana, 'Bo is not at the desk any more. Free: 1 · Cem')
    bo = await open('Bo')
    await expect
      .poll(async () => (await bo.groups.get((await groupOf(bo))?.groupId ?? ''))?.isMember, patience)
      .toBe(false)
    await writeToShop(cem, { text: 'is Bo still there?' })
    await inGroup(ana, '> is Bo still there?')
    await writeInGroup(ana, { text: '/say 1 no' })
    await expect.poll(() => shopTexts(cem), patience).toContain('no')
    expect((await groupTexts(bo)).some((text) => text.includes('is Bo still there?'))).toBe(false)
    // To the shop he is a customer like any other.
    await writeToShop(bo, { text: '/invite Eve' })
    await inGroup(ana, '> /invite Eve')
  },
)

it('is killed again and again, and loses and doubles nothing', { timeout: storyMs }, async () => {
  const ana = await staff('Ana')
  const cem = await customer('Cem')
  const words: string[] = []
  const answers: string[] = []
  const photo = await photoWithLocation()
  for (let round = 0; round < deaths; round += 1) {
    for (const part of ['a', 'b', 'c']) {
      const text = `word ${round}${part}`
      words.push(text)
      await writeToShop(cem, { text, ...(part === 'b' ? { media: [{ data: photo }] } : {}) })
    }
    if (round > 0) {
      const replyTo = (await inGroup(ana, `> word ${round - 1}a`)).id
      for (const part of ['a', 'b']) {
        const text = `answer ${round}${part}`
        answers.push(text)
        await writeInGroup(ana, { text, replyTo })
      }
    }
    // In the middle of the first ones of this round.
    await inGroup(ana, `> word ${round}a`)
    await desk.kill()
    await writeInGroup(ana, { text: 'among us' })
    await desk.restart()
  }
  for (const text of words)
    await expect.poll(async () => (await groupTexts(ana)).some((one) => one.includes(`> ${text}`)), patience).toBe(true)
  await expect
    .poll(async () => (await shopTexts(cem)).filter((text) => text.startsWith('answer')).length, patience)
    .toBe(answers.length)
  const passed = (await groupTexts(ana)).flatMap((text) => /^> (word \S+)$/mu.exec(text)?.[1] ?? [])
  expect(passed).toEqual(words)
  expect((await shopTexts(cem)).filter((text) => text.startsWith('answer'))).toEqual(answers)
  const photos = async () =>
    (await pageOf(ana, await groupOf(ana))).filter(({ attachments }) => attachments.length > 0).length
  await expect.poll(photos, patience).toBe(deaths)
})
