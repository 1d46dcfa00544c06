// Two people whom Ana knows: she makes them known to each other, and she writes to both of them apart, so that neither can
// tell that the other one got the same.

import { expect, it } from 'vitest'
import type { AppPage } from '../support/app-page.ts'
import { isWhole } from '../support/library-person.ts'
import { mediaFiles, photoWithLocation } from '../support/media.ts'
import { startRelayProcess } from '../support/relay-process.ts'
import { acquaint, names } from '../support/stories.ts'

it('makes two people known to each other when both say yes, and writes to both of them apart', async () => {
  await using relay = await startRelayProcess()
  await using files = await mediaFiles({ 'photo.jpg': await photoWithLocation() })
  await using people = await acquaint({ relayUrl: relay.url })
  const { ana, bo, cleo } = people

  await introduce(ana, { person: names.bo, to: names.cleo, saying: 'You both sail' })
  await bo.goTo('Requests')
  const request = bo.request(names.cleo)
  await request.getByText(`${names.ana} introduces ${names.cleo} to you.`).waitFor()
  await request.getByText('You both sail').waitFor()
  // Who was not asked yet knows of nothing.
  expect(await cleo.messenger.requests.list()).toEqual([])
  await request.getByRole('button', { name: 'Accept' }).click()
  await bo.page.getByText(`You said yes. ${names.cleo} is asked now`).waitFor()
  expect(await cleo.request(names.bo)).toMatchObject({ introducedBy: names.ana, text: 'You both sail' })
  await cleo.acceptRequest(names.bo)
  await bo.openConversation(names.cleo)
  await bo.sendText('I have a boat')
  await cleo.message(names.bo, ({ text }) => text === 'I have a boat')
  await cleo.messenger.send((await cleo.conversation(names.bo)).id, { text: 'And I the wind' })
  await bo.article('And I the wind').waitFor()
  await bo.goTo('Requests')
  await bo.page.getByText('No requests are waiting.').waitFor()

  await sendSeparately(ana, [names.bo, names.cleo], { words: 'At the sea', path: files.path('photo.jpg') })
  await bo.openConversation(names.ana)
  const received = bo.feed.getByRole('article', { name: `${names.ana}, photo` })
  await received.getByText('At the sea').waitFor()
  await expect.poll(() => bo.shownSize(received), { timeout: 60_000 }).toEqual({ width: 800, height: 1200 })
  const atCleo = await cleo.message(names.ana, isWhole)
  expect(atCleo).toMatchObject({ senderName: names.ana, text: 'At the sea' })
  const sentTo = ana.page.getByRole('dialog', { name: 'Send separately' }).getByRole('list', { name: 'Sent to' })
  for (const [name, state] of [
    [names.bo, 'Seen'],
    [names.cleo, 'Delivered'],
  ] as const)
    await sentTo.getByRole('listitem', { name }).getByText(state, { exact: true }).waitFor()

  // An answer is for Ana alone, in the conversation of the two.
  await bo.sendText('How warm is it?')
  await sentTo.getByRole('link', { name: names.bo }).click()
  await ana.article('How warm is it?').waitFor()
  expect(await cleo.heard(names.ana)).toEqual(['At the sea'])
  for (const app of [ana, bo])
    expect(await app.page.getByRole('list', { name: 'Conversations' }).getByRole('listitem').count()).toBe(2)
  expect((await cleo.messenger.conversations.list()).map(({ name }) => name).toSorted()).toEqual([names.ana, names.bo])
})

interface Introduction {
  readonly person: string
  readonly to: string
  readonly saying: string
}

async function introduce(app: AppPage, { person, to, saying }: Introduction): Promise<void> {
  await app.openConversation(person)
  await app.page.getByRole('link', { name: 'Details' }).click()
  await app.page.getByRole('button', { name: 'Introduce to …' }).click()
  const dialog = app.page.getByRole('dialog', { name: `Introduce ${person}` })
  await dialog.getByRole('radio', { name: to }).check()
  await dialog.getByRole('textbox', { name: 'A word to both, if you like' }).fill(saying)
  await dialog.getByRole('button', { name: 'Introduce', exact: true }).click()
  await app.page.getByText(`${person} is asked now, and ${to} as soon as ${person} has said yes.`).waitFor()
}

/** What became of it with each is on the screen then. */
async function sendSeparately(
  app: AppPage,
  to: readonly string[],
  { words, path }: { readonly words: string; readonly path: string },
): Promise<void> {
  await app.page.getByRole('button', { name: 'New message' }).click()
  const choose = app.page.getByRole('dialog', { name: 'New message' })
  for (const name of to) await choose.getByRole('checkbox', { name }).check()
  await choose.getByRole('radio', { name: 'Separately' }).check()
  await choose.getByRole('button', { name: 'Write to each' }).click()
  const dialog = app.page.getByRole('dialog', { name: 'Send separately' })
  await dialog.getByLabel('Add photos or videos').setInputFiles(path)
  await dialog.getByRole('textbox', { name: 'Words' }).fill(words)
  await dialog.getByRole('button', { name: `Send to ${to.length} people` }).click()
  await dialog.getByText(`On its way to ${to.length} of ${to.length}.`).waitFor()
}
