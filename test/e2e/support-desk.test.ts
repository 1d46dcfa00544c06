// A support desk from the ordinary app: staff join by a link and answer by replying, the customer sees a shop.

import { expect, it } from 'vitest'
import { startDesk } from '../support/desk-process.ts'
import { mediaFiles, photoWithLocation } from '../support/media.ts'
import { openPerson } from '../support/person.ts'
import { startRelayProcess } from '../support/relay-process.ts'
import { names } from '../support/stories.ts'

it('is a queue for staff and one shop for a customer, both in the app', async () => {
  await using relay = await startRelayProcess()
  await using desk = await startDesk(relay.url)
  await using files = await mediaFiles({ 'photo.jpg': await photoWithLocation() })
  await using people = new AsyncDisposableStack()
  const open = async (name: string, link: string) => {
    const app = await people.use(await openPerson(name, { relayUrl: relay.url })).app()
    await app.open(link)
    await app.startAs(name)
    await app.connectWith('The shop')
    await app.openConversation('The shop')
    return app
  }
  const ana = await open(names.ana, await desk.invite('Ana'))
  await ana.acceptRequest('The shop: the desk')
  await ana.openConversation('The shop: the desk')
  await ana.article('Ana is at the desk').waitFor()

  const cem = await open(names.cleo, desk.link)

  await cem.sendText('Is this coat still there?')
  const asked = ana.article('> Is this coat still there?')
  await asked.getByText(`1 · ${names.cleo} · free`).waitFor()
  await asked.hover()
  await asked.getByRole('button', { name: 'Message options' }).click()
  await ana.page.getByRole('menuitem', { name: 'Reply' }).click()
  await ana.sendText('It is')
  await cem.article('It is').waitFor()
  await ana.article(`Ana took 1 · ${names.cleo}.`).waitFor()

  const photo = await cem.sendFiles([files.path('photo.jpg')])
  await cem.waitForState(photo, 'Seen')
  const shown = ana.feed.getByRole('article', { name: 'The shop, photo' })
  await expect.poll(() => ana.shownSize(shown), { timeout: 60_000 }).toEqual({ width: 800, height: 1200 })
  await ana.sendText('/close 1')
  await ana.article(`Ana closed 1 · ${names.cleo}.`).waitFor()
  expect(await cem.article('/close').count()).toBe(0)
  expect(desk.errors()).toBe('')
})
