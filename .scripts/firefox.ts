// Looks for a Firefox, which one of two people has in one story; tries to install it, and says so.

import { findFirefox } from '../test/support/firefox.ts'
import { installPackage } from './package.ts'

/** Debian's name for the one that is supported for a year, then everybody else's. */
const packages = ['firefox-esr', 'firefox']

/** @returns whether there is one now */
export async function ensureFirefox(): Promise<boolean> {
  for (const name of packages) {
    if (findFirefox() !== undefined) return true
    if (!(await installPackage(name))) break
  }
  return findFirefox() !== undefined
}
