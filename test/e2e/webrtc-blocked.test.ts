// No direct connection can be made: the relay is used, and nobody has to click anything.

import { expect, it } from 'vitest'
import { mediaFiles, photoWithLocation, sha256, videoWithLocation } from '../support/media.ts'
import { startRelayProcess } from '../support/relay-process.ts'
import { meet } from '../support/stories.ts'

it('sends a photo and a video both ways through the relay', async () => {
  await using relay = await startRelayProcess()
  await using files = await mediaFiles({
    'photo.jpg': await photoWithLocation(),
    'clip.mp4': await videoWithLocation(),
  })
  await using friends = await meet({ relayUrl: relay.url, ice: false })
  const { anaApp, boApp } = friends

  const photo = await anaApp.sendFiles([files.path('photo.jpg')])
  await anaApp.waitForState(photo, 'Seen')
  const video = await boApp.sendFiles([files.path('clip.mp4')])
  await boApp.waitForState(video, 'Seen')

  expect(await relay.metric('safelight_segments_stored_total')).toBeGreaterThan(0)
  expect(await relay.metric('safelight_segments_served_total')).toBeGreaterThan(0)
  const receivedPhoto = await boApp.saveMedia(boApp.articles.nth(0), 'photo')
  expect(sha256(receivedPhoto)).toBe(sha256(await anaApp.saveMedia(photo, 'photo')))
  const receivedVideo = await anaApp.saveMedia(anaApp.articles.nth(1), 'video')
  expect(sha256(receivedVideo)).toBe(sha256(await boApp.saveMedia(video, 'video')))
})
