// How long a video of 100 MB that is still at a relay takes to its first frame, over lines of limited speed, against what
// the line needs for the bytes without which there is none: as many as had come of the same file, from a plain server over
// the same line, when its first frame was there. Two profiles of a real Chromium with the built app.

import type { AppPage } from '../support/app-page.ts'
import { setup } from '../support/build-app.ts'
import { mediaFiles } from '../support/media.ts'
import { startRelayProcess } from '../support/relay-process.ts'
import { meet, names } from '../support/stories.ts'
import { writeLongVideo } from './long-video.ts'
import { playPlain, servePlainVideo } from './plain-video.ts'
import type { Bench } from './report.ts'
import { median, spreadOf } from './report.ts'
import { laySlowLine } from './slow-line.ts'

/** Some six minutes at 2.4 Mb/s. */
const frameBytes = 10 * 1024
const speeds = [2, 5, 10, 20]

export const videoStart: Bench = async ({ isShort }) => {
  const sizeBytes = (isShort ? 32 : 100) * 1024 * 1024
  const rounds = isShort ? 1 : 2
  await setup()
  await using files = await mediaFiles({ 'long.mp4': new Uint8Array(0) })
  await writeLongVideo(files.path('long.mp4'), sizeBytes, frameBytes)
  await using relay = await startRelayProcess()
  await using line = laySlowLine()
  const relayUrl = `http://localhost:${await line.forward(Number(new URL(relay.url).port))}`
  await using friends = await meet({ relayUrl, ice: false })
  const { anaApp, boApp, bo } = friends
  await boApp.goTo('Settings')
  await boApp.page.getByRole('combobox', { name: 'Videos' }).selectOption('Never')
  await boApp.openConversation(names.ana)
  const sent = await anaApp.sendFiles([files.path('long.mp4')], 'Original')
  await anaApp.waitForState(sent, `Kept by ${new URL(relayUrl).host} until …`, 300_000)
  await using plain = await servePlainVideo(await anaApp.saveMedia(sent, 'video'))
  const tab = await (await bo.openBrowser()).newPage()
  await tab.goto(`http://localhost:${await line.forward(plain.port)}/`)

  const all: Pair[] = []
  for (let round = 0; round < rounds; round += 1) {
    for (const mbitPerSecond of speeds) {
      const bytesPerSecond = (mbitPerSecond * 1_000_000) / 8
      line.setSpeed(bytesPerSecond)
      const before = line.carriedBytes()
      await tab.bringToFront()
      const plainMs = await playPlain(tab, all.length)
      const neededBytes = line.carriedBytes() - before
      line.setSpeed(Infinity)
      await boApp.page.bringToFront()
      const openFilm = await open(boApp)
      line.setSpeed(bytesPerSecond)
      const start = line.carriedBytes()
      const oursMs = await openFilm()
      const arrivedBytes = line.carriedBytes() - start
      line.setSpeed(Infinity)
      await forget(boApp)
      const neededMs = (neededBytes / bytesPerSecond) * 1000
      all.push({ mbitPerSecond, neededBytes, arrivedBytes, plainMs, oursMs, ratio: oursMs / neededMs })
    }
  }
  const ratios = all.map(({ ratio }) => ratio)
  const at = (speed: number) => all.filter(({ mbitPerSecond }) => mbitPerSecond === speed)
  return {
    bench: 'video-start',
    ratio: median(ratios),
    aim: 1.5,
    pairs: all.length,
    spread: spreadOf(ratios),
    details: Object.fromEntries(
      speeds.flatMap((speed) => [
        [`ratio at ${speed} Mb/s`, median(at(speed).map(({ ratio }) => ratio))],
        [`ms at ${speed} Mb/s`, median(at(speed).map(({ oursMs }) => oursMs))],
        [`plain ms at ${speed} Mb/s`, median(at(speed).map(({ plainMs }) => plainMs))],
        [`needed KiB at ${speed} Mb/s`, median(at(speed).map(({ neededBytes }) => neededBytes)) / 1024],
        [`arrived KiB at ${speed} Mb/s`, median(at(speed).map(({ arrivedBytes }) => arrivedBytes)) / 1024],
      ]),
    ),
  }
}

interface Pair {
  readonly mbitPerSecond: number
  readonly neededBytes: number
  readonly arrivedBytes: number
  readonly plainMs: number
  readonly oursMs: number
  readonly ratio: number
}

/** Opens the viewer. Gives what presses `Play now`, and the milliseconds from there to the first frame. */
async function open({ page, articles }: AppPage): Promise<() => Promise<number>> {
  await articles.first().getByRole('button', { name: 'Play video' }).click()
  const play = page.getByRole('dialog', { name: 'Media viewer' }).getByRole('button', { name: 'Play now' })
  await play.waitFor()
  return () =>
    play.evaluate(
      (button: HTMLButtonElement) =>
        new Promise<number>((resolve) => {
          const start = performance.now()
          const place = button.closest('.stage') ?? document.body
          const watch = new MutationObserver(() => {
            const video = place.querySelector('video')
            if (video === null) return
            watch.disconnect()
            video.requestVideoFrameCallback(() => resolve(performance.now() - start))
          })
          watch.observe(place, { childList: true, subtree: true })
          button.click()
        }),
    )
}

/** Leaves it and gives up what is here of it. */
async function forget(app: AppPage): Promise<void> {
  const viewer = app.page.getByRole('dialog', { name: 'Media viewer' })
  await viewer.getByRole('button', { name: 'Close' }).click()
  await viewer.waitFor({ state: 'hidden' })
  await app.goTo('Settings')
  await app.page.getByRole('list', { name: 'Transfers' }).getByRole('button', { name: 'Cancel' }).click()
  await app.page.getByText('Nothing is being sent or fetched.').waitFor()
  // The page's player remembers what it has played.
  await app.reload()
  await app.openConversation(names.ana)
  await app.articles
    .first()
    .getByRole('button', { name: /^Download \d/ })
    .waitFor()
}
