// Both are there: everything goes straight from browser to browser.

import { expect, it } from 'vitest'
import { mediaFiles, photoWithLocation, secretsInMedia, sha256, videoWithLocation } from '../support/media.ts'
import { startRelayProcess } from '../support/relay-process.ts'
import { meet } from '../support/stories.ts'

it('sends a photo and a video both ways over WebRTC, with true states and nothing through the relay', async () => {
  await using relay = await startRelayProcess()
  await using files = await mediaFiles({
    'photo.jpg': await photoWithLocation(),
    'clip.mp4': await videoWithLocation(),
  })
  await using friends = await meet({ relayUrl: relay.url })
  const { anaApp, boApp } = friends
  const greeting = await anaApp.sendText('Here I am')
  await anaApp.waitForState(greeting, 'Seen')
  await anaApp.waitUntilDirect()
  await boApp.waitUntilDirect()
  const before = await relay.metrics()

  const photo = await anaApp.sendFiles([files.path('photo.jpg')])
  await anaApp.waitForState(photo, 'Seen')
  const video = await boApp.sendFiles([files.path('clip.mp4')])
  await boApp.waitForState(video, 'Seen')
  for (const sent of [photo, video]) await sent.getByRole('progressbar').waitFor({ state: 'hidden', timeout: 10_000 })

  const after = await relay.metrics()
  for (const name of ['safelight_envelopes_stored_total', 'safelight_segments_stored_total']) {
    expect.soft(after.get(name), name).toBe(before.get(name))
  }
  expect(after.get('safelight_segments_stored_total')).toBe(0)

  const received = boApp.articles.nth(1)
  const photoBytes = await boApp.saveMedia(received, 'photo')
  expect(sha256(photoBytes)).toBe(sha256(await anaApp.saveMedia(photo, 'photo')))
  expect(await boApp.shownSize(received)).toEqual({ width: 800, height: 1200 })
  expect(photoBytes.includes(secretsInMedia.camera)).toBe(false)
  expect(photoBytes.includes('Exif')).toBe(false)

  const videoBytes = await anaApp.saveMedia(anaApp.articles.nth(2), 'video')
  expect(sha256(videoBytes)).toBe(sha256(await boApp.saveMedia(video, 'video')))
  expect(videoBytes.includes(secretsInMedia.videoTitle)).toBe(false)
  expect(videoBytes.includes(secretsInMedia.videoPlace)).toBe(false)
})
