// Gap, in December 2013: the first who answered a public post were messaged about it, each in private, and one of them won. Two
// places here and three who answer; all fifteen, and everything that goes wrong meanwhile, in scenario/gap.test.ts.

import { expect, it } from 'vitest'
import type { AppPage } from '../support/app-page.ts'
import { openLibraryPerson } from '../support/library-person.ts'
import { mediaFiles, photoWithLocation } from '../support/media.ts'
import { openPerson } from '../support/person.ts'
import { startRelayProcess } from '../support/relay-process.ts'
import { names } from '../support/stories.ts'

const first = 'You are one of the first. Show us your coat.'
const late = 'All places are taken. Thank you for answering.'
const won = 'The coat is yours.'
const lost = 'Somebody else was picked this time. Thank you for answering.'
const emilName = 'Emil Trondsgard'

it('gives the first two who answer a conversation each, the third a kind word, and tells all who won', async () => {
  await using relay = await startRelayProcess()
  const options = { relayUrl: relay.url }
  await using files = await mediaFiles({ 'coat.jpg': await photoWithLocation() })
  await using people = new AsyncDisposableStack()
  const shop = await people.use(await openPerson(names.ana, options)).app()
  await shop.startAs(names.ana)
  const link = await makeCall(shop, 2)
  const call = shop.page.getByRole('dialog', { name: 'Open call', exact: true })
  await call.getByText('0 of 2 answered').waitFor()

  const bo = await people.use(await openPerson(names.bo, options)).app()
  await bo.open(link)
  await bo.startAs(names.bo)
  await bo.page.getByText('This link is for many people').waitFor()
  await bo.connectWith(names.ana)
  // Nobody had to let him in.
  await bo.article(first).waitFor()
  await call.getByText('1 of 2 answered').waitFor()
  const cleo = people.use(await openLibraryPerson(names.cleo, options))
  await cleo.connect(link)
  await cleo.message(names.ana, ({ text }) => text === first)
  await call.getByText('2 of 2 answered · All places are taken').waitFor()
  const dora = people.use(await openLibraryPerson(names.dora, options))
  await dora.connect(link)
  await dora.message(names.ana, ({ text }) => text === late)
  await call.getByText('1 person came too late, and was told so.').waitFor()
  const answered = call.getByRole('list', { name: 'Answered' }).getByRole('listitem')
  expect(await answered.evaluateAll(labels)).toEqual([names.bo, names.cleo])

  // What one of them shows, and what is said of it, is between the two.
  const sent = await bo.sendFiles([files.path('coat.jpg')])
  await answered.filter({ hasText: names.bo }).getByRole('link').click()
  await shop.page.getByRole('heading', { name: names.bo, exact: true }).waitFor()
  const coat = shop.feed.getByRole('article', { name: `${names.bo}, photo` })
  await expect.poll(() => shop.shownSize(coat), { timeout: 60_000 }).toEqual({ width: 800, height: 1200 })
  await bo.waitForState(sent, 'Seen')

  await shop.goTo('Posts')
  await shop.page.getByRole('list', { name: 'Open calls' }).getByRole('button', { name: first }).click()
  await call.getByRole('button', { name: 'Pick a winner' }).click()
  const pick = shop.page.getByRole('dialog', { name: 'Pick a winner' })
  await pick.getByRole('radio', { name: names.bo }).check()
  await pick.getByRole('textbox', { name: 'What the winner is told' }).fill(won)
  await pick.getByRole('button', { name: 'Announce' }).click()
  await call.getByText(`${names.bo} was picked`).waitFor()
  await answered.filter({ hasText: names.bo }).getByText('Picked', { exact: true }).waitFor()
  await bo.article(won).waitFor()
  await cleo.message(names.ana, ({ text }) => text === lost)

  expect(await bo.article(lost).count()).toBe(0)
  expect(await cleo.heard(names.ana)).toEqual([first, lost])
  expect(await dora.heard(names.ana)).toEqual([late])
  // Nobody knows of anybody else, and nobody has to be answered.
  expect(await bo.page.getByRole('list', { name: 'Conversations' }).getByRole('listitem').count()).toBe(1)
  for (const { messenger } of [cleo, dora])
    expect((await messenger.contacts.list()).map(({ name }) => name)).toEqual([names.ana])
  // Whoever opens the link from now on is told so, and told to nobody.
  const emil = await people.use(await openPerson(emilName, options)).app()
  await emil.open(link)
  await emil.startAs(emilName)
  await emil.page.getByRole('button', { name: 'Connect', exact: true }).click()
  await emil.page.getByText('This is over').waitFor()
  await call.getByRole('button', { name: 'Close', exact: true }).click()
  await shop.goTo('Requests')
  await shop.page.getByText('No requests are waiting.').waitFor()
})

/** Gives its link, with the call on the screen. */
async function makeCall(app: AppPage, places: number): Promise<string> {
  await app.goTo('Posts')
  await app.page.getByRole('button', { name: 'New open call' }).click()
  const made = app.page.getByRole('dialog', { name: 'New open call' })
  await made.getByRole('textbox', { name: 'What the first are told' }).fill(first)
  await made.getByRole('spinbutton', { name: 'Number of people' }).fill(String(places))
  await made.getByRole('textbox', { name: 'What everybody after them is told' }).fill(late)
  await made.getByRole('button', { name: 'Make link' }).click()
  return app.page.getByRole('textbox', { name: 'Call link' }).inputValue()
}

/** Runs in the page. */
function labels(elements: readonly Element[]): (string | null)[] {
  return elements.map((element) => element.getAttribute('aria-label'))
}
