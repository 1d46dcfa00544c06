import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BrowserContext, chromium, type Page } from 'playwright'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningRelay, startRelay } from '../../relay/server.ts'
import { chromiumFlags, findChromium } from '../support/chromium.ts'
// The page's global `driven` is declared there.
import type {} from '../transport/support/page/page.ts'

/** Before the fix one dial in six hung: twenty good ones in a row are no luck. */
const dials = 20

describe('two browsers', { timeout: 120_000 }, () => {
  let folder: string
  let relay: RunningRelay
  let contexts: BrowserContext[]
  let ana: Page
  let bo: Page
  let boPeerId: string
  const early: string[] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'safelight-browsers-'))
    await build({
      configFile: false,
      root: fileURLToPath(new URL('../transport/support/page', import.meta.url)),
      logLevel: 'error',
      build: { outDir: join(folder, 'app'), target: 'es2022', chunkSizeWarningLimit: 2000 },
    })
    relay = await startRelay({
      port: 0,
      host: '127.0.0.1',
      dataDirectory: join(folder, 'data'),
      appDirectory: join(folder, 'app'),
      logLevel: 'silent',
      metricsPort: 0,
    })
    contexts = await Promise.all(['ana', 'bo'].map(openBrowser))
    const pages = await Promise.all(contexts.map((context) => context.newPage()))
    const [first, second] = pages
    if (first === undefined || second === undefined) throw new Error('no pages')
    ana = first
    bo = second
    ana.on('request', (request) => early.push(request.url()))
    await Promise.all(pages.map((page) => page.goto(relay.url)))
    await Promise.all(pages.map((page) => page.waitForFunction(() => 'driven' in globalThis)))
  }, 60_000)

  afterAll(async () => {
    await Promise.all(contexts.map((context) => context.close()))
    await relay.stop()
    await rm(folder, { recursive: true })
  })

  const openBrowser = async (name: string): Promise<BrowserContext> => {
    const executablePath = findChromium()
    return await chromium.launchPersistentContext(join(folder, name), {
      headless: true,
      args: [...chromiumFlags],
      ...(executablePath !== undefined && { executablePath }),
    })
  }

  it('load libp2p only when the transport is used', async () => {
    expect(early.filter((url) => url.includes('start-host'))).toEqual([])
    await ana.evaluate((url) => driven.start(url), relay.url)
    expect(early.filter((url) => url.includes('start-host'))).toHaveLength(1)
    boPeerId = await bo.evaluate((url) => driven.start(url), relay.url)
  })

  it(`connect directly ${dials} times out of ${dials}`, async () => {
    for (let dial = 1; dial <= dials; dial++) {
      await ana.evaluate(([url, peerId]) => driven.dial(url, peerId), [relay.url, boPeerId] as const)
      expect(await bo.evaluate(() => driven.inboundLinks)).toBe(dial)
      await ana.evaluate(() => driven.hangUp())
      await bo.evaluate(() => driven.lastLinkClosed())
    }
  })

  it('fetch segments from each other', async () => {
    await ana.evaluate(([url, peerId]) => driven.dial(url, peerId), [relay.url, boPeerId] as const)
    const whole = await ana.evaluate(() => driven.fetch(48))
    expect(whole).toEqual(Array.from({ length: 48 }, (_, index) => index))
  })

  it('ask no STUN server, and none of libp2p’s', async () => {
    for (const page of [ana, bo]) {
      const servers = await page.evaluate(() => driven.iceServers)
      expect(servers.length).toBeGreaterThanOrEqual(dials)
      expect(servers.flat()).toEqual([])
    }
  })

  it('notice that the other page was closed', async () => {
    const closed = ana.evaluate(() => driven.lastLinkClosed())
    await bo.close()
    await closed
  })
})
