// From nothing to a conversation: a name, an invite, a request, an answer.

import { expect, it } from 'vitest'
import { startRelayProcess } from '../support/relay-process.ts'
import { ask, invite, names } from '../support/stories.ts'

it('asks for a name only, and leads from an invite to a conversation', async () => {
  await using relay = await startRelayProcess()
  await using invited = await invite({ relayUrl: relay.url })
  const { bo, anaApp, link } = invited
  expect(link.startsWith(`${relay.url}/#i/`)).toBe(true)

  const boApp = await ask(bo, link)
  await boApp.page.getByRole('heading', { name: names.ana, exact: true }).waitFor()
  expect(boApp.page.url()).not.toContain(link.slice(link.indexOf('#') + 3))

  await anaApp.acceptRequest(names.bo)
  await anaApp.openConversation(names.bo)
  const greeting = await anaApp.sendText('Good to see you here')
  await boApp.article('Good to see you here').waitFor()
  await anaApp.waitForState(greeting, 'Seen')
})

it('keeps what Bo writes before Ana has accepted, and delivers it then', async () => {
  await using relay = await startRelayProcess()
  await using invited = await invite({ relayUrl: relay.url })
  const { bo, anaApp, link } = invited
  const boApp = await ask(bo, link)
  await boApp.openConversation(names.ana)

  const early = await boApp.sendText('Written before the answer')
  await boApp.waitForState(early, `Kept by ${relay.name} until …`)
  await anaApp.acceptRequest(names.bo)
  await anaApp.openConversation(names.bo)
  await anaApp.article('Written before the answer').waitFor()
  await boApp.waitForState(early, 'Seen')
})

it('deletes a request without telling its sender', async () => {
  await using relay = await startRelayProcess()
  await using invited = await invite({ relayUrl: relay.url })
  const { bo, anaApp, link } = invited
  const boApp = await ask(bo, link)

  await anaApp.goTo('Requests')
  await anaApp.request(names.bo).getByRole('button', { name: 'Delete' }).click()
  await anaApp.request(names.bo).waitFor({ state: 'detached' })
  await anaApp.reload()
  await anaApp.goTo('Requests')
  await anaApp.page.getByRole('heading', { name: 'Requests' }).waitFor()
  expect(await anaApp.request(names.bo).count()).toBe(0)
  await boApp.page.getByRole('heading', { name: names.ana, exact: true }).waitFor()
})
