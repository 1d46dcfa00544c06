// A long video plays before it is here: what has to arrive for its beginning and for a place far behind, in bytes. First one
// that nobody asked for, at the full speed of the line; then one that comes by itself over a line that gives only so many
// bytes, so that nothing plays unless it is asked for first. Films of 100 MB take minutes each: `SAFELIGHT_TEST_LONG=1`.
// Without, one of 20 MB that nobody asked for, over a direct connection.

import { expect, describe, it } from 'vitest'
import type { Locator } from 'playwright'
import { writeLongVideo } from '../bench/long-video.ts'
import type { AppPage } from '../support/app-page.ts'
import { arrivedBytes, letThrough } from '../support/line.ts'
import { isLong } from '../support/long.ts'
import { mediaFiles } from '../support/media.ts'
import { startRelayProcess } from '../support/relay-process.ts'
import { meet, names } from '../support/stories.ts'

const mebibyte = 1024 * 1024
const megabytes = isLong ? 100 : 20
const sizeBytes = megabytes * mebibyte
/** Of a film at 2.4 Mb/s: 100 MB are some six minutes. */
const frameBytes = 10 * 1024
/** In megabytes, for the first frame, for one far behind, when it was stopped, and when it was played again and left. */
const most = isLong ? { first: 5, far: 10, stopped: 20, left: 30 } : { first: 5, far: 10, stopped: 14, left: 17 }
const direct = ['over a direct connection', true] as const
const lines = isLong ? [direct, ['through a relay', false] as const] : [direct]
/** Until all of it is at the relay, on a busy machine. */
const patienceMs = 240_000

const viewerOf = (app: AppPage) => app.page.getByRole('dialog', { name: 'Media viewer' })

async function longVideo() {
  const files = await mediaFiles({ 'long.mp4': new Uint8Array(0) })
  await writeLongVideo(files.path('long.mp4'), sizeBytes, frameBytes)
  return files
}

/** Bytes that had arrived when the first frame was there. */
async function started(app: AppPage, film: Locator): Promise<number> {
  await film.evaluate(
    (video: HTMLVideoElement) => new Promise<void>((resolve) => video.requestVideoFrameCallback(() => resolve())),
  )
  return arrivedBytes(app.page)
}

/** Bytes that had arrived when a frame of this place was there. */
async function sought(app: AppPage, film: Locator, part: number): Promise<number> {
  await film.evaluate(
    (video: HTMLVideoElement, to) =>
      new Promise<void>((resolve) => {
        const at = video.duration * to
        const look = (_: number, { mediaTime }: VideoFrameCallbackMetadata) =>
          mediaTime >= at - 1 ? resolve() : void video.requestVideoFrameCallback(look)
        video.requestVideoFrameCallback(look)
        video.currentTime = at
      }),
    part,
  )
  return arrivedBytes(app.page)
}

describe.each(lines)(`a video of ${megabytes} MB %s`, (_, ice) => {
  it(
    'that was not asked for starts with less than 5 MB of it, and far behind with less than 10 MB',
    { timeout: 480_000 },
    async () => {
      await using relay = await startRelayProcess()
      await using files = await longVideo()
      await using friends = await meet({ relayUrl: relay.url, ice, hasLine: true })
      const { anaApp, boApp } = friends
      if (ice) await anaApp.waitUntilDirect()
      await boApp.goTo('Settings')
      await boApp.page.getByRole('combobox', { name: 'Videos' }).selectOption('Never')
      await boApp.openConversation(names.ana)
      const sent = await anaApp.sendFiles([files.path('long.mp4')], 'Original')
      const received = boApp.articles.first()
      await received.getByRole('button', { name: /^Download \d/ }).waitFor()
      if (!ice) await anaApp.waitForState(sent, `Kept by ${relay.name} until …`, patienceMs)
      const before = await arrivedBytes(boApp.page)

      await received.getByRole('button', { name: 'Play video' }).click()
      const viewer = viewerOf(boApp)
      await viewer.getByRole('button', { name: 'Play now' }).click()
      const film = viewer.locator('video')
      expect((await started(boApp, film)) - before).toBeLessThan(most.first * mebibyte)
      await viewer.getByRole('progressbar', { name: 'Download' }).waitFor()
      expect((await sought(boApp, film, 0.8)) - before).toBeLessThan(most.far * mebibyte)

      await viewer.getByRole('button', { name: 'Stop', exact: true }).click()
      await viewer.getByText(/^Paused/).waitFor()
      expect(await film.count()).toBe(0)
      // What was under way comes, and nothing after it.
      const left = await settledBytes(boApp)
      expect(left - before).toBeLessThan(most.stopped * mebibyte)
      await viewer.getByRole('button', { name: 'Play now' }).click()
      await started(boApp, viewer.locator('video'))
      await viewer.getByRole('button', { name: 'Close' }).click()
      await viewer.waitFor({ state: 'hidden' })
      expect((await settledBytes(boApp)) - before).toBeLessThan(most.left * mebibyte)
      await received.getByRole('button', { name: 'Resume' }).waitFor()
    },
  )

  if (!isLong) return
  it('that comes by itself plays first what is looked at', { timeout: 480_000 }, async () => {
    await using relay = await startRelayProcess()
    await using files = await longVideo()
    await using friends = await meet({ relayUrl: relay.url, ice, hasLine: true })
    const { anaApp, boApp } = friends
    if (ice) await anaApp.waitUntilDirect()
    // Of a direct connection the sender's end is narrow, to a relay the receiver's.
    const narrow = [ice ? anaApp.page : boApp.page]
    await letThrough(narrow, 3 * mebibyte)
    await anaApp.sendFiles([files.path('long.mp4')], 'Original')
    const received = boApp.articles.first()
    await received.getByRole('progressbar', { name: 'Download' }).waitFor()
    await received.getByRole('button', { name: 'Play video' }).click()
    const film = viewerOf(boApp).locator('video')
    await letThrough(narrow, 1.5 * mebibyte)
    expect(await started(boApp, film)).toBeLessThan(most.first * mebibyte)
    await letThrough(narrow, 4 * mebibyte)
    expect(await sought(boApp, film, 0.8)).toBeLessThan(most.far * mebibyte)
    await viewerOf(boApp).getByRole('button', { name: 'Stop', exact: true }).click()
    await viewerOf(boApp)
      .getByText(/^Paused/)
      .waitFor()
  })
})

/** When nothing came for a while. */
async function settledBytes(app: AppPage): Promise<number> {
  let last = -1
  await expect
    .poll(
      async () => {
        const before = last
        last = await arrivedBytes(app.page)
        return last - before
      },
      { interval: 2000, timeout: 60_000 },
    )
    .toBeLessThan(16 * 1024)
  return last
}
