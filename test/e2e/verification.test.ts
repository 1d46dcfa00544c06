// Two people make sure that nobody sits between them: the same digits on both screens, and a code that is scanned.

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
