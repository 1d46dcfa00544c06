// What was there is there again: after a reload, in a new browser process, and without a network.

import { expect, it } from 'vitest'
import { mediaFiles, photoWithLocation } from '../support/media.ts'
import { startRelayProcess } from '../support/relay-process.ts'
import { meet, names } from '../support/stories.ts'

it('shows everything again after a reload and in a new browser, with no relay to ask', async () => {
  await using relay = await startRelayProcess()
  await using files = await mediaFiles({ 'photo.jpg': await photoWithLocation() })
  await using friends = await meet({ relayUrl: relay.url })
  const { ana, bo, anaApp, boApp } = friends
  const photo = await anaApp.sendFiles([files.path('photo.jpg')])
  await anaApp.waitForState(photo, 'Seen')
  for (let count = 1; count <= 20; count += 1) await anaApp.sendText(`Line ${count} of the story`)
  await boApp.article('Line 20 of the story').waitFor()
  await anaApp.waitForState(anaApp.article('Line 20 of the story'), 'Seen')

  await boApp.reload()
  await boApp.article('Line 20 of the story').waitFor()
  await expect.poll(() => boApp.isInView(boApp.article('Line 20 of the story'))).toBe(true)
  await boApp.articles.first().scrollIntoViewIfNeeded()
  await expect.poll(() => boApp.isInView(boApp.articles.first())).toBe(true)
  await boApp.reload()
  await expect.poll(() => boApp.isInView(boApp.articles.first()), { timeout: 10_000 }).toBe(true)

  ana.expectNetworkTrouble()
  bo.expectNetworkTrouble()
  await relay.kill('SIGTERM')
  await bo.closeBrowser()
  const later = await bo.app()
  await later.openConversation(names.ana)
  await later.article('Line 20 of the story').waitFor()
  expect(await later.articles.count()).toBe(21)
  expect(await later.shownSize(later.articles.first())).toEqual({ width: 800, height: 1200 })
})
