// The memory of a page's processes from now on, against what it was at the beginning.

import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright'

const everyMs = 200

export interface Watch {
  stop(): Promise<{ readonly startBytes: number; readonly growthBytes: number }>
}

/** Of all renderer processes of the page's browser together; there is one page. */
export async function watchMemory(page: Page): Promise<Watch> {
  const pids = await rendererPids(page)
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const startBytes = await residentBytes(pids)
  let peakBytes = startBytes
  let watching = true
  const watched = (async () => {
    while (watching) {
      peakBytes = Math.max(peakBytes, await residentBytes(pids))
      await new Promise((resolve) => setTimeout(resolve, everyMs))
    }
  })()
  return {
    async stop() {
      watching = false
      await watched
      return { startBytes, growthBytes: peakBytes - startBytes }
    },
  }
}

async function rendererPids(page: Page): Promise<readonly number[]> {
  const session = await page.context().browser()?.newBrowserCDPSession()
  if (session === undefined) throw new Error('no session with the browser')
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id)
}

/** Linux only. Without the parts of files, such as the program itself, that happen to be in memory. */
async function residentBytes(pids: readonly number[]): Promise<number> {
  let bytes = 0
  for (const pid of pids) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
    for (const match of status.matchAll(/^Rss(?:Anon|Shmem):\s+(\d+) kB$/gm)) bytes += Number(match[1]) * 1024
  }
  return bytes
}
