// A relay for members: the link that its operator makes, and what people see with it and without.

import { expect, it } from 'vitest'
import { callRunningRelay } from '../../relay/admin/client.ts'
import { openPerson } from '../support/person.ts'
import { startRelayProcess } from '../support/relay-process.ts'
import { names } from '../support/stories.ts'

it('lets in who opens a link to join, and tells others what to do', async () => {
  await using relay = await startRelayProcess({ env: { SAFELIGHT_MEMBERSHIP: 'invite' } })
  const { link } = await callRunningRelay(relay.dataFolder, 'invite')
  await using ana = await openPerson(names.ana, { relayUrl: relay.url })
  const app = await ana.app()
  const { page } = app
  await app.startAs(names.ana)
  await app.goTo('Profile')
  await page.getByRole('button', { name: 'Share invite' }).click()
  await page.getByRole('alert').filter({ hasText: 'for members only. Ask whoever runs it' }).waitFor()
  await page.keyboard.press('Escape')

  await app.open(String(link))
  await page.getByRole('heading', { name: `Join ${relay.name}` }).waitFor()
  // The code is in no address bar, history or screenshot.
  expect(page.url()).toBe(`${relay.url}/#join`)
  await page.getByRole('button', { name: 'Join', exact: true }).click()
  await page.getByRole('heading', { name: `Join ${relay.name}` }).waitFor({ state: 'detached' })
  const invite = await app.createInvite()
  expect(invite.startsWith(`${relay.url}/#i/`)).toBe(true)

  // The one use of the link is gone; on a first run it is opened after the name was given.
  await using bo = await openPerson(names.bo, { relayUrl: relay.url })
  const boApp = await bo.app()
  await boApp.open(String(link))
  await boApp.startAs(names.bo)
  await boApp.page.getByRole('button', { name: 'Join', exact: true }).click()
  await boApp.page.getByRole('alert').filter({ hasText: 'has been used as often as it may be' }).waitFor()
})
