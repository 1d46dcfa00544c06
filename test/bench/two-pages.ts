// Two browsers with the bench page, connected in both ways: as contacts of a messenger and by a bare channel.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright'
import type { Page } from 'playwright'
import { build } from 'vite'
import { chromiumFlags, findChromium } from '../support/chromium.ts'
import { startRelayProcess } from '../support/relay-process.ts'
import type {} from './page/main.ts'

export interface TwoPages extends AsyncDisposable {
  readonly ana: Page
  readonly bo: Page
}

export async function openTwoPages(): Promise<TwoPages> {
  await using owned = new AsyncDisposableStack()
  const outDir = fileURLToPath(new URL('../../dist/bench', import.meta.url))
  await build({
    configFile: false,
    root: fileURLToPath(new URL('page', import.meta.url)),
    logLevel: 'warn',
    worker: { format: 'es' },
    build: { outDir, emptyOutDir: true, target: 'es2022', reportCompressedSize: false, chunkSizeWarningLimit: 5000 },
  })
  const relay = owned.use(await startRelayProcess({ env: { SAFELIGHT_APP: outDir } }))
  const ana = await openPage(owned, relay.url)
  const bo = await openPage(owned, relay.url)

  const offer = await ana.evaluate(() => window.bench.bare.offer())
  const answer = await bo.evaluate((description) => window.bench.bare.answer(description), offer)
  await ana.evaluate((description) => window.bench.bare.accept(description), answer)
  await Promise.all([ana, bo].map((page) => page.evaluate(() => window.bench.bare.open())))

  await ana.evaluate(() => window.bench.start('Ana'))
  await bo.evaluate(() => window.bench.start('Bo'))
  const link = await ana.evaluate(() => window.bench.invite())
  await Promise.all([
    ana.evaluate(() => window.bench.accept()),
    bo.evaluate((invite) => window.bench.connect(invite), link),
  ])
  await ana.evaluate(() => window.bench.direct())
  const stack = owned.move()
  return { ana, bo, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

async function openPage(owned: AsyncDisposableStack, url: string): Promise<Page> {
  const profile = await mkdtemp(join(tmpdir(), 'safelight-bench-'))
  owned.defer(() => rm(profile, { recursive: true, force: true, maxRetries: 5 }))
  const executablePath = findChromium()
  const context = await chromium.launchPersistentContext(profile, {
    args: [...chromiumFlags],
    ...(executablePath === undefined ? {} : { executablePath }),
  })
  owned.defer(() => context.close())
  const page = context.pages()[0] ?? (await context.newPage())
  await page.goto(url)
  await page.waitForFunction(() => 'bench' in window)
  return page
}
