// One profile in two tabs: both show the same, either can send, and closing one loses nothing.

import { expect, it } from 'vitest'
import { mediaFiles, photoWithLocation } from '../support/media.ts'
import { startRelayProcess } from '../support/relay-process.ts'
import { meet, names } from '../support/stories.ts'

it('keeps two tabs of one profile in step, and goes on when the leading one closes', async () => {
  await using relay = await startRelayProcess()
  await using files = await mediaFiles({ 'photo.jpg': await photoWithLocation() })
  await using friends = await meet({ relayUrl: relay.url })
  const { ana, anaApp: first, boApp } = friends
  const second = await ana.openTab()
  await second.openConversation(names.bo)

  await boApp.sendText('Hello to both of your tabs')
  await first.article('Hello to both of your tabs').waitFor()
  await second.article('Hello to both of your tabs').waitFor()
  const fromSecond = await second.sendText('Sent from the second tab')
  await second.waitForState(fromSecond, 'Seen')
  await first.waitForState(first.article('Sent from the second tab'), 'Seen')
  const fromFirst = await first.sendFiles([files.path('photo.jpg')])
  await first.waitForState(fromFirst, 'Seen')
  await second.waitForState(second.articles.nth(2), 'Seen')
  expect(await second.shownSize(second.articles.nth(2))).toEqual({ width: 800, height: 1200 })

  const last = await first.sendText('Sent as the first tab closes')
  // Offered for stored messages only; before that the tab is still the only place that has it.
  await last.getByRole('button', { name: 'Message options' }).waitFor()
  await first.page.close()
  await boApp.article('Sent as the first tab closes').waitFor()
  await second.waitForState(second.article('Sent as the first tab closes'), 'Seen')
  await boApp.sendText('And back again')
  await second.article('And back again').waitFor()
  const photo = await second.sendFiles([files.path('photo.jpg')])
  await second.waitForState(photo, 'Seen')
  expect(await boApp.articles.count()).toBe(6)
  expect(await second.articles.count()).toBe(6)
})
