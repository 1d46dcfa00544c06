// One has Firefox and the other Chromium: everything goes both ways, straight from browser to browser.

import { expect, it } from 'vitest'
import type { AppPage } from '../support/app-page.ts'
import { tapByKey } from '../support/app-page.ts'
import { mediaFiles, photoWithLocation, secretsInMedia, sha256, videoWithLocation } from '../support/media.ts'
import { startRelayProcess } from '../support/relay-process.ts'
import { meet, names } from '../support/stories.ts'

it('brings words, a photo and a video both ways between Firefox and Chromium, directly, and keeps them', async () => {
  await using relay = await startRelayProcess()
  await using files = await mediaFiles({
    'photo.jpg': await photoWithLocation(),
    'clip.mp4': await videoWithLocation(),
  })
  await using friends = await meet({ relayUrl: relay.url, browser: 'firefox' }, { browser: 'chromium' })
  const { ana, anaApp, boApp } = friends
  await anaApp.waitForState(await anaApp.sendText('From Firefox'), 'Seen')
  await boApp.waitForState(await boApp.sendText('From Chromium'), 'Seen')
  await anaApp.waitUntilDirect()
  await boApp.waitUntilDirect()
  const before = await relay.metrics()

  for (const [from, to] of [
    [anaApp, boApp],
    [boApp, anaApp],
  ] as const) {
    const photo = await from.sendFiles([files.path('photo.jpg')])
    await from.waitForState(photo, 'Seen')
    const received = to.withMedia('photo').last()
    expect(await to.shownSize(received)).toEqual({ width: 800, height: 1200 })
    const photoBytes = await to.saveMedia(received, 'photo')
    expect(sha256(photoBytes)).toBe(sha256(await from.saveMedia(photo, 'photo')))
    expect(photoBytes.includes(secretsInMedia.camera)).toBe(false)
    expect(photoBytes.includes('Exif')).toBe(false)

    const video = await from.sendFiles([files.path('clip.mp4')])
    await from.waitForState(video, 'Seen')
    await plays(to)
    const videoBytes = await to.saveMedia(to.withMedia('video').last(), 'video')
    expect(sha256(videoBytes)).toBe(sha256(await from.saveMedia(video, 'video')))
    expect(videoBytes.includes(secretsInMedia.videoTitle)).toBe(false)
    expect(videoBytes.includes(secretsInMedia.videoPlace)).toBe(false)
  }
  expect((await relay.metrics()).get('safelight_segments_stored_total')).toBe(
    before.get('safelight_segments_stored_total'),
  )

  await ana.closeBrowser()
  const again = await ana.app()
  await again.openConversation(names.bo)
  await again.article('From Chromium').waitFor()
  expect(await again.shownSize(again.withMedia('photo').last())).toEqual({ width: 800, height: 1200 })
})

it('views once between Firefox and Chromium, both ways', async () => {
  await using relay = await startRelayProcess()
  await using files = await mediaFiles({ 'photo.jpg': await photoWithLocation() })
  await using friends = await meet({ relayUrl: relay.url, browser: 'firefox' }, { browser: 'chromium' })
  const { anaApp, boApp } = friends
  for (const [at, [from, to]] of (
    [
      [anaApp, boApp],
      [boApp, anaApp],
    ] as const
  ).entries()) {
    await from.chooseFiles([files.path('photo.jpg')])
    await from.page.getByRole('combobox', { name: 'View once' }).selectOption('1 second')
    await from.send()
    const received = to.articles.nth(at)
    await received.getByRole('button', { name: 'View photo' }).click()
    const viewer = to.page.getByRole('dialog', { name: 'Media viewer' })
    await viewer.getByRole('timer').waitFor()
    await viewer.waitFor({ state: 'hidden' })
    await received.getByText('Viewed, and gone from this device').waitFor()
    await from.waitForState(from.articles.nth(at), 'Opened')
  }
})

it('makes a photo, a clip and a voice note with the devices of Firefox, which Chromium plays', async () => {
  await using relay = await startRelayProcess()
  await using friends = await meet({ relayUrl: relay.url, browser: 'firefox' }, { browser: 'chromium' })
  const { anaApp, boApp } = friends
  const button = (name: string) => anaApp.page.getByRole('button', { name, exact: true })

  await button('Camera').click()
  await button('Take photo').click()
  await anaApp.send()
  const photo = await boApp.shownSize(boApp.withMedia('photo').first())
  expect(photo.width).toBeGreaterThan(0)

  await button('Camera').click()
  const camera = anaApp.page.getByRole('dialog', { name: 'Camera' })
  await camera.getByRole('radio', { name: 'Video' }).check()
  await tapByKey(button('Record clip'))
  // Long enough for an encoder to begin: a clip without a picture is none.
  await camera.getByRole('timer').filter({ hasText: '0:02' }).waitFor()
  await tapByKey(button('Stop clip'))
  await button('Use recording').click()
  await anaApp.send()
  await boApp.withMedia('video').first().waitFor()
  await plays(boApp)

  await button('Record voice').click()
  await anaApp.page.getByRole('timer').filter({ hasText: '0:02' }).waitFor()
  await button('Stop recording').click()
  await anaApp.send()
  const voice = boApp.feed.getByRole('article', { name: `${names.ana}, voice message` })
  await voice.getByRole('button', { name: 'Play voice note' }).click()
  const heard = voice.getByRole('slider', { name: 'Place in the voice note' })
  await expect.poll(() => heard.getAttribute('aria-valuetext'), { timeout: 30_000 }).toMatch(/^0:01 of/)
})

/** Opens the newest video and waits until a second of it has played. */
async function plays(app: AppPage): Promise<void> {
  await app.withMedia('video').last().getByRole('button', { name: 'Play video' }).click()
  const viewer = app.page.getByRole('dialog', { name: 'Media viewer' })
  const video = viewer.locator('video')
  const seconds = () => video.evaluate((element: HTMLVideoElement) => element.currentTime)
  await expect.poll(seconds, { timeout: 30_000 }).toBeGreaterThan(0.5)
  await viewer.getByRole('button', { name: 'Close' }).click()
  await viewer.waitFor({ state: 'hidden' })
}
