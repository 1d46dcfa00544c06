// Big files and bad luck: browsers and relays that die in the middle. Nothing that has arrived is moved again.

import { expect, it } from 'vitest'
import type { AppPage } from '../support/app-page.ts'
import { isLong } from '../support/long.ts'
import { largeVideo, mediaFiles, sha256 } from '../support/media.ts'
import { startRelayProcess } from '../support/relay-process.ts'
import type { RelayProcess } from '../support/relay-process.ts'
import { meet, names } from '../support/stories.ts'
import { movedTwice, watchSegments } from '../support/traffic.ts'

const sizeBytes = (isLong ? 200 : 80) * 1024 * 1024
const segmentCount = sizeBytes / (256 * 1024)
/** Segments that may go again after a kill: those under way, and in a download the last that was not on the disk for sure. */
const underWay = 16

it(
  'finishes a large upload and its download although both browsers and the relay were killed in the middle',
  { timeout: isLong ? 480_000 : 240_000 },
  async () => {
    await using relay = await startRelayProcess()
    await using files = await mediaFiles({ 'long.mp4': await largeVideo(sizeBytes) })
    await using friends = await meet({ relayUrl: relay.url, ice: false })
    const { ana, bo, anaApp } = friends
    ana.expectNetworkTrouble()
    bo.expectNetworkTrouble()
    await anaApp.sendText('A long one comes now')
    await friends.boApp.article('A long one comes now').waitFor()
    await bo.closeBrowser()

    const firstUpload = watchSegments(await ana.openBrowser())
    await anaApp.sendFiles([files.path('long.mp4')], 'Original')
    await stored(relay, segmentCount * 0.5)
    await ana.killBrowser()

    const secondUpload = watchSegments(await ana.openBrowser())
    const anaAgain = await ana.app()
    await anaAgain.openConversation(names.bo)
    await stored(relay, segmentCount * 0.75)
    await relay.kill('SIGKILL')
    await relay.restart()
    await anaAgain.waitForState(anaAgain.articles.nth(1), `Kept by ${relay.name} until …`, 120_000)
    expect(movedTwice(firstUpload.put, secondUpload.put).length).toBeLessThanOrEqual(underWay)
    expect([...secondUpload.put.values()].filter((count) => count > 1).length).toBeLessThanOrEqual(underWay)
    const sent = sha256(await anaAgain.saveMedia(anaAgain.articles.nth(1), 'video'))
    await ana.closeBrowser()

    const firstDownload = watchSegments(await bo.openBrowser())
    const boApp = await bo.app()
    await boApp.openConversation(names.ana)
    await expect.poll(() => firstDownload.get.size, { timeout: 120_000 }).toBeGreaterThan(segmentCount * 0.5)
    await bo.killBrowser()

    const secondDownload = watchSegments(await bo.openBrowser())
    const boAgain = await bo.app()
    await boAgain.openConversation(names.ana)
    await finished(boAgain)
    expect(movedTwice(firstDownload.get, secondDownload.get).length).toBeLessThanOrEqual(underWay)
    expect(sha256(await boAgain.saveMedia(boAgain.articles.nth(1), 'video'))).toBe(sent)
  },
)

it(
  'finishes a direct transfer although the sending browser was killed in the middle',
  { timeout: 240_000 },
  async () => {
    await using relay = await startRelayProcess()
    await using files = await mediaFiles({ 'long.mp4': await largeVideo(40 * 1024 * 1024) })
    await using friends = await meet({ relayUrl: relay.url })
    const { ana, bo, anaApp, boApp } = friends
    ana.expectNetworkTrouble()
    bo.expectNetworkTrouble()
    await anaApp.waitForState(await anaApp.sendText('Stay with me'), 'Seen')
    await anaApp.waitUntilDirect()

    await anaApp.sendFiles([files.path('long.mp4')], 'Original')
    const video = boApp.articles.nth(1)
    await expect.poll(() => boApp.progress(video, 'Download'), { timeout: 90_000, interval: 50 }).toBeGreaterThan(0.4)
    await ana.killBrowser()
    const anaAgain = await ana.app()
    await anaAgain.openConversation(names.bo)
    await finished(boApp)
    await anaAgain.waitForState(anaAgain.articles.nth(1), 'Seen', 120_000)
    const received = sha256(await boApp.saveMedia(video, 'video'))
    expect(sha256(await anaAgain.saveMedia(anaAgain.articles.nth(1), 'video'))).toBe(received)
  },
)

async function stored(relay: RelayProcess, segments: number): Promise<void> {
  await expect
    .poll(() => relay.metric('safelight_segments_stored_total'), { timeout: 120_000, interval: 50 })
    .toBeGreaterThan(segments)
}

async function finished(app: AppPage): Promise<void> {
  await app.articles.nth(1).getByRole('button', { name: 'Play video' }).waitFor({ timeout: 120_000 })
  await expect.poll(() => app.progress(app.articles.nth(1), 'Download'), { timeout: 120_000 }).toBe(1)
}
