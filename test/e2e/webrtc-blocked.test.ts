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

  await anaApp.sendFiles([files.path('photo.jpg')])
  await boApp.withMedia('photo').waitFor()
  await boApp.sendFiles([files.path('clip.mp4')])
  await anaApp.withMedia('video').waitFor()
  const photo = anaApp.withMedia('photo')
  const video = boApp.withMedia('video')
  // Receipts through a relay take their time, so that their timing links nobody: both are waited for at once.
  await Promise.all([anaApp.waitForState(photo, 'Seen'), boApp.waitForState(video, 'Seen')])

  expect(await relay.metric('safelight_segments_stored_total')).toBeGreaterThan(0)
  expect(await relay.metric('safelight_segments_served_total')).toBeGreaterThan(0)
  const receivedPhoto = await boApp.saveMedia(boApp.withMedia('photo'), 'photo')
  expect(sha256(receivedPhoto)).toBe(sha256(await anaApp.saveMedia(photo, 'photo')))
  const receivedVideo = await anaApp.saveMedia(anaApp.withMedia('video'), 'video')
  expect(sha256(receivedVideo)).toBe(sha256(await boApp.saveMedia(video, 'video')))
})
