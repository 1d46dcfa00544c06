// Direct messages of Twitter, as they were: photos at once from people who are followed and as requests from others, or from
// everybody; and who changes that changes it back without anything getting lost.

import { expect, it } from 'vitest'
import type { AppPage } from '../support/app-page.ts'
import { openLibraryPerson } from '../support/library-person.ts'
import type { LibraryPerson } from '../support/library-person.ts'
import { mediaFiles, photoWithLocation } from '../support/media.ts'
import { openPerson } from '../support/person.ts'
import { startRelayProcess } from '../support/relay-process.ts'
import { names } from '../support/stories.ts'

it('lets through who is followed, or everybody, as Ana likes, and in the end everybody is heard', async () => {
  await using relay = await startRelayProcess()
  const options = { relayUrl: relay.url }
  const photo = await photoWithLocation()
  await using files = await mediaFiles({ 'photo.jpg': photo })
  await using people = new AsyncDisposableStack()
  const ana = await people.use(await openPerson(names.ana, options)).app()
  await ana.startAs(names.ana)
  const writes = async (person: LibraryPerson): Promise<string> => {
    const { conversationId } = await person.connect(await ana.createInvite())
    await person.messenger.send(conversationId, { media: [{ data: photo }] })
    return conversationId
  }
  const sees = async (name: string): Promise<void> => {
    await ana.openConversation(name)
    const received = ana.feed.getByRole('article', { name: `${name}, photo` })
    await expect.poll(() => ana.shownSize(received), { timeout: 60_000 }).toEqual({ width: 800, height: 1200 })
  }

  // Whom she follows before they have met needs no other word of hers.
  const bo = people.use(await openLibraryPerson(names.bo, options))
  await followFromFile(ana, bo)
  await writes(bo)
  await sees(names.bo)

  const cleo = await people.use(await openPerson(names.cleo, options)).app()
  await cleo.open(await ana.createInvite())
  await cleo.startAs(names.cleo)
  await cleo.connectWith(names.ana)
  await cleo.openConversation(names.ana)
  const waiting = await cleo.sendFiles([files.path('photo.jpg')])
  await ana.goTo('Requests')
  const request = ana.request(names.cleo)
  await request.getByText('One message waits, with photo.').waitFor()
  expect(await ana.conversationItem(names.cleo).count()).toBe(0)

  await ana.setWhoMayWrite('Anyone with my link')
  const dora = people.use(await openLibraryPerson(names.dora, options))
  const doraToAna = await writes(dora)
  await sees(names.dora)
  // Who asked under the other rule waits on.
  await ana.goTo('Requests')
  await request.waitFor()
  expect(await ana.request(names.dora).count()).toBe(0)

  await ana.setWhoMayWrite('People I follow')
  // Who was let in stays in.
  await dora.messenger.send(doraToAna, { text: 'Still there?' })
  await ana.openConversation(names.dora)
  await ana.article('Still there?').waitFor()

  await ana.setWhoMayWrite('Nobody')
  await ana.goTo('Requests')
  await ana.page.getByText('Nobody may write to you now.').waitFor()
  await request.waitFor({ state: 'detached' })
  const unheard = await cleo.sendText('Is anybody there?')
  await cleo.waitForState(unheard, `Kept by ${relay.name} until …`)
  expect(await waiting.getByText(/Delivered|Seen/).count()).toBe(0)

  await ana.setWhoMayWrite('People I follow')
  await ana.reload()
  await ana.goTo('Requests')
  await request.getByText('2 messages wait, with photo.').waitFor()
  await ana.acceptRequest(names.cleo)
  await sees(names.cleo)
  await ana.article('Is anybody there?').waitFor()
  for (const article of [waiting, unheard]) await cleo.waitForState(article, 'Seen')
})

/** Somebody whom Ana has only heard of, by a list that names them by their fingerprint. */
async function followFromFile(ana: AppPage, person: LibraryPerson): Promise<void> {
  const { fingerprint } = await person.messenger.profile.get()
  const follows = [{ fingerprint, following: true, clock: 1, at: Date.now() }]
  const list = JSON.stringify({ format: 'safelight follow list', version: 1, follows })
  await ana.goTo('Profile')
  await ana.page
    .getByLabel('Import list')
    .setInputFiles({ name: 'follows.json', mimeType: 'application/json', buffer: Buffer.from(list) })
  await ana.page.getByText('One entry is different now').waitFor()
}
