// A built page, served by a relay of its own, in browsers of their own.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright'
import type { Page } from 'playwright'
import { build } from 'vite'
import { chromiumFlags, findChromium } from '../support/chromium.ts'
import { startRelayProcess } from '../support/relay-process.ts'

export interface Browsers extends AsyncDisposable {
  /** Of the relay, which serves the page, too. */
  readonly url: string
  /** The page in a new browser, when it has set the global of this name. */
  open(readyGlobal: string): Promise<Page>
}

/** @param folder of the page, beside this file */
export async function startBrowsers(folder: string): Promise<Browsers> {
  await using owned = new AsyncDisposableStack()
  const outDir = fileURLToPath(new URL(`../../dist/bench/${folder}`, import.meta.url))
  await build({
    configFile: false,
    root: fileURLToPath(new URL(folder, import.meta.url)),
    logLevel: 'warn',
    worker: { format: 'es' },
    build: { outDir, emptyOutDir: true, target: 'es2022', reportCompressedSize: false, chunkSizeWarningLimit: 5000 },
  })
  const relay = owned.use(await startRelayProcess({ env: { SAFELIGHT_APP: outDir } }))
  const stack = owned.move()
  return {
    url: relay.url,
    async open(readyGlobal) {
      const profile = await mkdtemp(join(tmpdir(), 'safelight-bench-'))
      stack.defer(() => rm(profile, { recursive: true, force: true, maxRetries: 5 }))
      const executablePath = findChromium()
      const context = await chromium.launchPersistentContext(profile, {
        args: [...chromiumFlags],
        ...(executablePath === undefined ? {} : { executablePath }),
      })
      stack.defer(() => context.close())
      const page = context.pages()[0] ?? (await context.newPage())
      await page.goto(relay.url)
      await page.waitForFunction((name) => name in globalThis, readyGlobal)
      return page
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
