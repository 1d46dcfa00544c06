// Two people make sure that nobody sits between them: the same digits on both screens, a code that is scanned, and what
// is asked when one of them comes with other keys.

import { expect, it } from 'vitest'
import { startRelayProcess } from '../support/relay-process.ts'
import { meet, names } from '../support/stories.ts'

it('shows both the same number, takes a picture of the code, and keeps the mark', async () => {
  await using relay = await startRelayProcess()
  await using friends = await meet({ relayUrl: relay.url })
  const { anaApp, boApp } = friends

  const number = await anaApp.safetyNumber(names.bo)
  expect(number).toMatch(/^(\d{5} ){11}\d{5}$/)
  expect(await boApp.safetyNumber(names.ana)).toBe(number)

  const photo = await boApp.page.getByRole('img', { name: 'Verification QR code' }).screenshot()
  await anaApp.page.getByRole('button', { name: 'Scan their code' }).click()
  const picture = { name: 'code.png', mimeType: 'image/png', buffer: photo }
  await anaApp.page.getByLabel('Choose a picture of the code').setInputFiles(picture)
  await anaApp.page.getByRole('status').filter({ hasText: 'It matches' }).waitFor()

  await anaApp.page.getByRole('button', { name: 'Mark as verified' }).click()
  const marked = anaApp.page.getByText(`You verified ${names.bo}`)
  await marked.waitFor()
  await anaApp.reload()
  await marked.waitFor()
  await anaApp.conversationItem(names.bo).getByText('Verified').waitFor()
  expect(await boApp.conversationItem(names.ana).getByText('Verified').count()).toBe(0)
})

it('asks about somebody who begins anew, forgets them when they are refused, and hears them when they are not', async () => {
  await using relay = await startRelayProcess()
  await using friends = await meet({ relayUrl: relay.url })
  const { anaApp, boApp } = friends
  await anaApp.sendText('Before everything')
  await boApp.article('Before everything').waitFor()

  await boApp.open(await anaApp.createInvite())
  await boApp.page.getByText('a contact of yours').waitFor()
  await boApp.page.getByRole('button', { name: 'Begin anew' }).click()
  const question = boApp.page.getByRole('dialog', { name: `Begin anew with ${names.ana}` })
  await question.getByRole('button', { name: 'Begin anew' }).click()
  await boApp.page.getByText('Waiting for an answer').first().waitFor()
  await boApp.article('Before everything').waitFor()
  await boApp.sendText('The first try')

  await anaApp.openConversation(names.bo)
  const notice = anaApp.page.getByRole('region', { name: 'Keys' })
  await notice.getByText('1 message waits, unread').waitFor()
  await notice.getByRole('button', { name: 'Not theirs' }).click()
  await anaApp.page.getByRole('button', { name: 'Refuse these keys' }).click()
  await notice.waitFor({ state: 'hidden' })

  await boApp.open(await anaApp.createInvite())
  await boApp.page.getByText('whom you have asked already').waitFor()
  await boApp.connectWith(names.ana)
  await anaApp.openConversation(names.bo)
  await notice.getByRole('button', { name: 'These are theirs' }).click()
  await anaApp.page.getByRole('button', { name: 'Use these keys' }).click()
  await notice.waitFor({ state: 'hidden' })
  const answer = await anaApp.sendText('There you are')
  await anaApp.waitForState(answer, 'Seen')
  await boApp.article('There you are').waitFor()
  await boApp.sendText('And here I stay')
  await anaApp.article('And here I stay').waitFor()
})
