// Snapchat, as it was: a photo for ten seconds that can be looked at once more, whose sender hears of each look and of what a
// browser notices of pictures taken of it. Stories are in posts.test.ts.

import { expect, it } from 'vitest'
import { mediaFiles, photoWithLocation } from '../support/media.ts'
import { startRelayProcess } from '../support/relay-process.ts'
import { meet } from '../support/stories.ts'

it('is seen for ten seconds and once more, and its sender is told', async () => {
  await using relay = await startRelayProcess()
  await using files = await mediaFiles({ 'photo.jpg': await photoWithLocation() })
  await using friends = await meet({ relayUrl: relay.url })
  const { anaApp, boApp } = friends
  await anaApp.chooseFiles([files.path('photo.jpg')])
  const once = anaApp.page.getByRole('combobox', { name: 'View once' })
  // From one second to ten.
  expect((await once.getByRole('option').allTextContents()).slice(2)).toEqual([
    '1 second',
    ...Array.from({ length: 9 }, (_, index) => `${index + 2} seconds`),
  ])
  await once.selectOption({ label: '10 seconds' })
  await anaApp.page.getByRole('checkbox', { name: 'Allow one replay' }).check()
  await anaApp.send()

  const sent = anaApp.feed.getByRole('article', { name: 'You, view-once photo' })
  const received = boApp.articles.first()
  const viewer = boApp.page.getByRole('dialog', { name: 'Media viewer' })
  await received.getByRole('button', { name: 'View photo' }).click()
  await viewer.getByRole('timer', { name: /seconds left$/ }).waitFor()
  expect(await viewer.getByRole('button', { name: 'Save' }).count()).toBe(0)
  await boApp.page.keyboard.press('PrintScreen')
  await viewer.getByText('Noticed a key for screenshots, or printing.').waitFor()
  // It closes by itself.
  await viewer.waitFor({ state: 'detached' })
  for (const words of ['Opened', 'Capture detected']) await sent.getByText(words).waitFor()
  expect(await sent.getByText('Replayed').count()).toBe(0)
  await sent.getByText('gone from this device').waitFor()

  await received.getByRole('button', { name: 'Replay' }).click()
  await viewer.getByText('Replay, the last time').waitFor()
  await viewer.getByRole('button', { name: 'Close', exact: true }).click()
  await sent.getByText('Replayed').waitFor()
  await received.getByText('Viewed, and gone from this device').waitFor()
  for (const name of ['View photo', 'Replay']) expect(await received.getByRole('button', { name }).count()).toBe(0)
  // Nor can it be passed on.
  await received.hover()
  await received.getByRole('button', { name: 'Message options' }).click()
  const menu = boApp.page.getByRole('menu')
  await menu.getByRole('menuitem', { name: 'Delete for me' }).waitFor()
  expect(await menu.getByRole('menuitem', { name: 'Forward' }).count()).toBe(0)
})
