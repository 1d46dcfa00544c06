// How long the page stands still while a 1080p video is prepared in it: the longest task of the page's own thread, in the
// built app, from the choice of the file until it is sealed. The ratio is to 100 ms, from where people notice a delay. In
// between the page is left alone for as long, which tells how much of it is the machine's.

import type { Page } from 'playwright'
import type { AppPage } from '../support/app-page.ts'
import { setup } from '../support/build-app.ts'
import { mediaFiles } from '../support/media.ts'
import { startRelayProcess } from '../support/relay-process.ts'
import { meet } from '../support/stories.ts'
import type { Bench } from './report.ts'
import { median, spreadOf } from './report.ts'

const boundMs = 100

export const responsive: Bench = async ({ isShort }) => {
  const rounds = isShort ? 2 : 5
  await setup()
  await using relay = await startRelayProcess()
  await using friends = await meet({ relayUrl: relay.url, ice: false })
  const { anaApp, ana } = friends
  const recorder = await (await ana.openBrowser()).newPage()
  await using files = await mediaFiles({ 'full.mp4': await film(recorder, isShort ? 4 : 10) })
  await recorder.close()
  await anaApp.page.bringToFront()
  await watchTasks(anaApp.page)
  const busy: Measured[] = []
  const idle: Measured[] = []
  for (let round = 0; round < rounds; round += 1) {
    const measured = await during(anaApp.page, () => prepared(anaApp, files.path('full.mp4')))
    busy.push(measured)
    idle.push(await during(anaApp.page, () => anaApp.page.waitForTimeout(measured.tookMs)))
  }
  const longest = busy.map(({ longestMs }) => longestMs)
  return {
    bench: 'responsive',
    ratio: median(longest) / boundMs,
    aim: 1,
    pairs: rounds,
    spread: spreadOf(longest.map((ms) => ms / boundMs)),
    details: {
      longestMs: median(longest),
      longestOfAllMs: Math.max(...longest),
      longestIdleMs: median(idle.map(({ longestMs }) => longestMs)),
      tasksOver50Ms: median(busy.map(({ tasks }) => tasks)),
      preparingMs: median(busy.map(({ tookMs }) => tookMs)),
    },
  }
}

interface Measured {
  /** 0 where no task took 50 ms. */
  readonly longestMs: number
  readonly tasks: number
  readonly tookMs: number
}

declare global {
  interface Window {
    longTasksMs: number[]
  }
}

async function watchTasks(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.longTasksMs = []
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.longTasksMs.push(duration)
    }).observe({ type: 'longtask' })
  })
}

async function during(page: Page, work: () => Promise<void>): Promise<Measured> {
  await page.evaluate(() => void (window.longTasksMs.length = 0))
  const start = performance.now()
  await work()
  const tookMs = performance.now() - start
  // The observer is told a little later.
  const tasks = await page.evaluate(
    () => new Promise<number[]>((resolve) => setTimeout(() => resolve([...window.longTasksMs]), 100)),
  )
  return { longestMs: Math.max(0, ...tasks), tasks: tasks.length, tookMs }
}

/** Standard: decoded, scaled down and encoded anew. */
async function prepared(app: AppPage, path: string): Promise<void> {
  const before = await app.withMedia('video').count()
  await app.sendFiles([path], 'Standard')
  await app.withMedia('video').nth(before).waitFor()
}

/** Runs in a page: something that moves, in 1920 × 1080. */
async function film(page: Page, seconds: number): Promise<Buffer> {
  const base64 = await page.evaluate(async (length) => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 1920, height: 1080 })
    const context = canvas.getContext('2d')
    if (context === null) throw new Error('no canvas')
    const recorder = new MediaRecorder(canvas.captureStream(30), {
      mimeType: 'video/mp4;codecs=avc1.42E028',
      videoBitsPerSecond: 12_000_000,
    })
    const parts: Blob[] = []
    recorder.addEventListener('dataavailable', ({ data }) => parts.push(data))
    const stopped = new Promise((resolve) => recorder.addEventListener('stop', resolve))
    let frame = 0
    const timer = setInterval(() => {
      frame += 1
      for (let x = 0; x < 1920; x += 60) {
        context.fillStyle = `hsl(${(x + frame * 3) % 360} 60% ${30 + ((x * 7 + frame) % 40)}%)`
        context.fillRect(x, 0, 60, 1080)
      }
      context.fillStyle = '#fff'
      context.fillRect((frame * 11) % 1800, 400, 120, 280)
    }, 33)
    recorder.start()
    await new Promise((resolve) => setTimeout(resolve, length * 1000))
    recorder.stop()
    await stopped
    clearInterval(timer)
    const reader = new FileReader()
    const read = new Promise((resolve) => reader.addEventListener('load', resolve))
    reader.readAsDataURL(new Blob(parts))
    await read
    return typeof reader.result === 'string' ? (reader.result.split(',').at(-1) ?? '') : ''
  }, seconds)
  return Buffer.from(base64, 'base64')
}
