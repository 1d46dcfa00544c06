// Who asks and who follows: ignoring lasts, accepting is not following, and a follower is approved by hand.

import { expect, it } from 'vitest'
import { openPerson } from '../support/person.ts'
import { startRelayProcess } from '../support/relay-process.ts'
import { names } from '../support/stories.ts'

it('ignores for good, accepts without following, and approves a follower', async () => {
  await using relay = await startRelayProcess()
  await using ana = await openPerson(names.ana, { relayUrl: relay.url })
  await using bo = await openPerson(names.bo, { relayUrl: relay.url })
  const anaApp = await ana.app()
  await anaApp.startAs(names.ana)
  const link = await anaApp.createInvite()
  const boApp = await bo.app()
  await boApp.open(link)
  await boApp.startAs(names.bo)
  await boApp.connectWith(names.ana)
  await boApp.openConversation(names.ana)
  await boApp.sendText('Words before the answer')

  await anaApp.goTo('Requests')
  const request = anaApp.request(names.bo)
  await request.getByText('One message waits').waitFor()
  await request.getByRole('button', { name: 'Ignore' }).click()
  await request.waitFor({ state: 'detached' })
  await boApp.sendText('And some more')
  await anaApp.reload()
  await anaApp.goTo('Requests')
  await anaApp.page.getByRole('radio', { name: 'Ignored (1)' }).click()
  expect(await request.count()).toBe(0)
  const ignored = anaApp.page.getByRole('list', { name: 'Ignored' }).getByRole('listitem', { name: names.bo })
  await ignored.getByText('2 messages wait').waitFor()
  await ignored.getByRole('button', { name: 'Back to requests' }).click()
  await anaApp.page.getByRole('radio', { name: 'Waiting' }).click()

  await request.getByRole('button', { name: 'Accept' }).click()
  await anaApp.article('And some more').waitFor()
  await anaApp.page.getByRole('link', { name: 'Details' }).click()
  await anaApp.page.getByRole('button', { name: 'Follow', exact: true }).waitFor()

  await boApp.page.getByRole('link', { name: 'Details' }).click()
  await boApp.page.getByRole('button', { name: 'Follow', exact: true }).click()
  await boApp.page.getByText('You follow, and wait for their word.').waitFor()
  await anaApp.goTo('Profile')
  const follower = anaApp.page
    .getByRole('list', { name: 'Followers' })
    .getByRole('listitem')
    .filter({ hasText: names.bo })
  await follower.getByRole('button', { name: 'Approve' }).click()
  await boApp.page.getByText('You follow, and get their posts.').waitFor()
})
