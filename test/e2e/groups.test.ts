// A group of three, of whom two have never met.

import { expect, it } from 'vitest'
import type { AppPage } from '../support/app-page.ts'
import { mediaFiles, photoWithLocation } from '../support/media.ts'
import { openPerson } from '../support/person.ts'
import { startRelayProcess } from '../support/relay-process.ts'
import { names } from '../support/stories.ts'

const group = 'The sea at six'
const photoArticle = `${names.ana}, photo`

it('brings people together who do not know each other, and parts with one of them', async () => {
  await using relay = await startRelayProcess()
  await using files = await mediaFiles({ 'photo.jpg': await photoWithLocation() })
  await using people = new AsyncDisposableStack()
  const open = async (name: string): Promise<AppPage> => {
    const app = await people.use(await openPerson(name, { relayUrl: relay.url })).app()
    await app.startAs(name)
    return app
  }
  const [ana, bo, cem] = [await open(names.ana), await open(names.bo), await open(names.cleo)]
  for (const [friend, name] of [
    [bo, names.bo],
    [cem, names.cleo],
  ] as const) {
    await friend.open(await ana.createInvite())
    await friend.connectWith(names.ana)
    await ana.acceptRequest(name)
  }
  await bo.openConversation(names.ana)
  await bo.follow()
  await cem.openConversation(names.ana)

  await ana.makeGroup([names.bo, names.cleo], group)
  // Who follows Ana joins by themselves, who does not is asked.
  await bo.openConversation(group)
  await bo.article(`${names.ana} added you`).waitFor()
  await cem.acceptRequest(group)
  await cem.openConversation(group)
  await ana.article(`You added ${names.cleo}`).waitFor()

  const photo = await ana.sendFiles([files.path('photo.jpg')])
  for (const app of [bo, cem]) {
    const received = app.feed.getByRole('article', { name: photoArticle })
    await received.waitFor()
    // First what the message itself tells of it, then the photo.
    await expect.poll(() => app.shownSize(received), { timeout: 60_000 }).toEqual({ width: 800, height: 1200 })
  }
  await photo.getByText('Seen', { exact: true }).waitFor()

  await bo.sendText('Hello, whoever you are')
  await cem.article('Hello, whoever you are').waitFor()
  await cem.feed.getByRole('article', { name: `${names.bo}, text` }).waitFor()
  await cem.sendText('I am the one from the lake')
  await bo.feed.getByRole('article', { name: `${names.cleo}, text` }).waitFor()

  await ana.removeFromGroup(names.cleo)
  await cem.article(`${names.ana} removed you`).waitFor()
  await cem.page.getByText('You are not in this group any more. What was said stays here.').waitFor()
  await bo.article(`${names.ana} removed ${names.cleo}`).waitFor()
  await ana.sendText('Now we are two')
  await bo.article('Now we are two').waitFor()
  expect(await cem.article('Now we are two').count()).toBe(0)
})
