// A real TURN server beside a relay, set up as relay/deploy/turnserver.conf has it. Left out where there is no coturn.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { build } from 'vite'
import { checkTurn } from '../../relay/doctor/turn.ts'
import { turnCredentials } from '../../relay/turn/credentials.ts'
import { openTurnLine, parseTurnUrl } from '../../relay/turn/exchange.ts'
import type { TurnAnswer } from '../../relay/turn/message.ts'
import { turnRequest } from '../../relay/turn/message.ts'
import { createTestRelay } from '../relay/support/relay.ts'
import { chromiumFlags, findChromium } from '../support/chromium.ts'
import type { Coturn } from '../support/coturn.ts'
import { startCoturn } from '../support/coturn.ts'
// The page's global `driven` is declared there.
import type {} from '../transport/support/page/page.ts'

const secret = 'a secret of this test'
let coturn: Coturn

beforeAll(async () => {
  coturn = await startCoturn(secret)
}, 60_000)
afterAll(() => coturn[Symbol.asyncDispose]())

/** Asks for an address with credentials that are good until then. */
async function allocate(url: string, untilMs: number, withSecret = secret): Promise<TurnAnswer | undefined> {
  const address = parseTurnUrl(url)
  if (address === undefined) throw new Error('no address')
  const line = openTurnLine(address)
  try {
    const asked = await line.ask(turnRequest('allocate'))
    if (asked?.challenge === undefined) throw new Error('not asked who is there')
    const credentials = turnCredentials(withSecret, untilMs)
    return await line.ask(turnRequest('allocate', { credentials, challenge: asked.challenge }))
  } finally {
    line.close()
  }
}

describe('coturn', () => {
  it('takes the credentials that a relay gives out, over UDP and TCP', async () => {
    for (const url of coturn.urls) expect((await allocate(url, Date.now() + 60_000))?.errorCode).toBe(0)
  })

  it('refuses those whose time is over, and those of another secret', async () => {
    const [url] = coturn.urls
    expect((await allocate(url, Date.now() - 60_000))?.errorCode).toBe(401)
    expect((await allocate(url, Date.now() + 60_000, 'another'))?.errorCode).toBe(401)
  })

  it('is found good by the doctor, and its secret wrong where it is', async () => {
    const findings = await checkTurn({ urls: coturn.urls, secret }, Date.now())
    expect(findings.map(({ outcome }) => outcome)).toEqual(['good', 'good'])
    const [wrong] = await checkTurn({ urls: [coturn.urls[0]], secret: 'another' }, Date.now())
    expect(wrong).toMatchObject({ outcome: 'bad', message: expect.stringContaining('static-auth-secret') as string })
    expect(JSON.stringify([...findings, wrong])).not.toContain(secret)
  })
})

describe('two browsers that reach each other only through it', { timeout: 120_000 }, () => {
  it('connect with credentials of the relay', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'safelight-turn-'))
    await build({
      configFile: false,
      root: fileURLToPath(new URL('../transport/support/page', import.meta.url)),
      logLevel: 'error',
      build: { outDir: join(folder, 'app'), target: 'es2022', chunkSizeWarningLimit: 2000 },
    })
    const appDirectory = join(folder, 'app')
    await using relay = await createTestRelay({ appDirectory, turn: { urls: coturn.urls, secret } })
    const executablePath = findChromium()
    const browser = await chromium.launch({
      headless: true,
      args: [...chromiumFlags],
      ...(executablePath !== undefined && { executablePath }),
    })
    try {
      const open = async (): Promise<Page> => {
        const page = await (await browser.newContext()).newPage()
        await page.goto(relay.url)
        await page.waitForFunction(() => 'driven' in globalThis)
        await page.evaluate(() => driven.onlyThroughTurn())
        return page
      }
      const [ana, bo] = [await open(), await open()]
      await ana.evaluate((url) => driven.start(url), relay.url)
      const boPeerId = await bo.evaluate((url) => driven.start(url), relay.url)
      const dial = (): Promise<void> =>
        ana.evaluate(([url, peerId]) => driven.dial(url, peerId), [relay.url, boPeerId] as const)
      await ana.evaluate((url) => driven.follow(url), relay.url)
      await bo.evaluate((url) => driven.follow(url), relay.url)
      await dial()
      expect(await bo.evaluate(() => driven.inboundLinks)).toBe(1)
      expect(await ana.evaluate(() => driven.fetch(8))).toHaveLength(8)
      expect(await ana.evaluate(() => driven.candidateTypes())).toEqual(['relay'])
    } finally {
      await browser.close()
      await rm(folder, { recursive: true, force: true })
    }
  })
})
