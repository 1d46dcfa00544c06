// Where a Chromium for the tests is, and how it is started so that it is quiet, quick and works in a container.

import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from 'playwright'

const programs = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome']
const usualPlaces = [
  '/usr/bin/chromium',
  '/snap/bin/chromium',
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/**
 * Path of a Chromium: `SAFELIGHT_CHROMIUM`, else the one that Playwright installed, else the system's. Undefined when
 * there is none.
 */
export function findChromium(): string | undefined {
  const asked = process.env['SAFELIGHT_CHROMIUM']
  const searched = (process.env['PATH'] ?? '').split(delimiter)
  const candidates = [
    ...(asked ? [asked] : []),
    chromium.executablePath(),
    ...programs.flatMap((program) => searched.map((folder) => join(folder, program))),
    ...usualPlaces,
  ]
  return candidates.find((path) => path !== '' && existsSync(path))
}

/** `--no-sandbox`: containers run as root and have no user namespaces. The rest keeps it off the network. */
export const chromiumFlags: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  // Pages of two people share one screen here; neither may be throttled because the other covers it.
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  // A camera that shows a test picture and a microphone that beeps, for whom they are allowed without asking.
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
]
