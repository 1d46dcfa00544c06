// Makes sure that there is a Chromium that starts: the system's or Playwright's, else installs one and says so.

import { chromium } from 'playwright'
import { chromiumFlags, findChromium } from '../test/support/chromium.ts'
import { bin, run } from './process.ts'

/** @returns whether a browser starts now */
export async function ensureBrowser(): Promise<boolean> {
  if (await starts()) return true
  console.log('No Chromium found. Installing the one of Playwright (playwright install chromium) …')
  await run(bin('playwright'), ['install', 'chromium'], { timeoutMs: 300_000 })
  if (await starts()) return true
  for (const [program, ...args] of systemInstalls()) {
    if (program === undefined) continue
    console.log(`Installing Chromium with the system's package manager (${[program, ...args].join(' ')}) …`)
    const code = await run(program, args, { timeoutMs: 300_000, env: { DEBIAN_FRONTEND: 'noninteractive' } })
    if (code === 0 && (await starts())) return true
  }
  console.error('No Chromium could be installed. Install Chromium or Chrome, or name one in SAFELIGHT_CHROMIUM.')
  return false
}

/** A file that is there may still not start: libraries may be missing. */
async function starts(): Promise<boolean> {
  const executablePath = findChromium()
  if (executablePath === undefined) return false
  try {
    const browser = await chromium.launch({ executablePath, args: [...chromiumFlags], timeout: 60_000 })
    await browser.close()
    return true
  } catch (error) {
    console.log(`${executablePath} does not start: ${error instanceof Error ? error.message.split('\n')[0] : ''}`)
    return false
  }
}

function systemInstalls(): readonly (readonly string[])[] {
  if (process.platform !== 'linux') return []
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  return [
    [...asRoot, bin('playwright'), 'install-deps', 'chromium'],
    [...asRoot, 'apt-get', 'update'],
    [...asRoot, 'apt-get', 'install', '-y', '--no-install-recommends', 'chromium'],
    [...asRoot, 'apt-get', 'install', '-y', '--no-install-recommends', 'chromium-browser'],
    [...asRoot, 'dnf', 'install', '-y', 'chromium'],
    [...asRoot, 'pacman', '-Sy', '--noconfirm', 'chromium'],
    [...asRoot, 'apk', 'add', 'chromium'],
  ]
}
