// Where a Firefox for the tests is, and how it is started so that it is quiet and shows the devices that it makes up.

import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { firefox } from 'playwright'
import type { BrowserContext, BrowserContextOptions, LaunchOptions } from 'playwright'

const programs = ['firefox-esr', 'firefox']
const usualPlaces = ['/usr/bin/firefox-esr', '/snap/bin/firefox', '/Applications/Firefox.app/Contents/MacOS/firefox']

/** Path of a Firefox as people have it: `SAFELIGHT_FIREFOX`, else the system's. Undefined when there is none. */
export function findFirefox(): string | undefined {
  const asked = process.env['SAFELIGHT_FIREFOX']
  const searched = (process.env['PATH'] ?? '').split(delimiter)
  const candidates = [
    ...(asked ? [asked] : []),
    ...programs.flatMap((program) => searched.map((folder) => join(folder, program))),
    ...usualPlaces,
  ]
  return candidates.find((path) => existsSync(path))
}

/** With a profile folder that outlives it. @throws Error when there is no Firefox: its stories cannot be told then */
export function openFirefox(
  profileFolder: string,
  options: BrowserContextOptions & Pick<LaunchOptions, 'downloadsPath'>,
): Promise<BrowserContext> {
  const executablePath = findFirefox()
  if (executablePath === undefined)
    throw new Error('There is no Firefox. Install firefox-esr (or Firefox), or name one in SAFELIGHT_FIREFOX.')
  return firefox.launchPersistentContext(profileFolder, {
    ...options,
    executablePath,
    channel: 'moz-firefox',
    firefoxUserPrefs: preferences,
  })
}

const preferences = {
  // A camera and a microphone that it makes up, for whom they are allowed without asking.
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  // Both people are on this machine, where nobody answers names of mDNS.
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  'media.autoplay.default': 0,
  // A saved picture is not opened in a tab of its own, in front of the one that is tested.
  'browser.download.viewableInternally.enabledTypes': '',
  'browser.download.alwaysOpenPanel': false,
  // Nothing is asked of the internet.
  'app.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
}
