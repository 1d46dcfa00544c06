// Instagram Direct, as it began, where other stories in browsers do not show it: the media of somebody who asks are hidden, and
// are not even fetched, until they are accepted.

import { expect, it } from 'vitest'
import { mediaFiles, photoWithLocation } from '../support/media.ts'
import { startRelayProcess } from '../support/relay-process.ts'
import { ask, invite, names } from '../support/stories.ts'
import { watchSegments } from '../support/traffic.ts'

it('shows the media of a stranger blurred, and fetches none of it before they are accepted', async () => {
  await using relay = await startRelayProcess()
  await using files = await mediaFiles({ 'photo.jpg': await photoWithLocation() })
  await using invited = await invite({ relayUrl: relay.url, ice: false })
  const { ana, bo, anaApp, link } = invited
  const fetched = watchSegments(await ana.openBrowser()).get
  const boApp = await ask(bo, link)
  await boApp.openConversation(names.ana)
  const sent = await boApp.sendFiles([files.path('photo.jpg')])
  await boApp.waitForState(sent, `Kept by ${relay.name} until …`)

  await anaApp.goTo('Requests')
  const request = anaApp.request(names.bo)
  await request.getByText('One message waits, with photo. Media are fetched when you accept.').waitFor()
  await request.getByRole('list', { name: 'Blurred' }).getByRole('listitem').getByText('Photo').waitFor()
  expect(fetched.size).toBe(0)
  expect(await sent.getByText(/Delivered|Seen/).count()).toBe(0)

  await request.getByRole('button', { name: 'Accept' }).click()
  await expect
    .poll(() => anaApp.shownSize(anaApp.withMedia('photo').first()), { timeout: 60_000 })
    .toEqual({ width: 800, height: 1200 })
  expect(fetched.size).toBeGreaterThan(0)
  await boApp.waitForState(sent, 'Seen')
})
