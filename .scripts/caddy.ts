// Looks for Caddy, which one story puts in front of a relay; tries to install it, and says so.

import { hasCaddy } from '../test/support/caddy.ts'
import { installPackage } from './package.ts'

/** @returns whether there is one now */
export async function ensureCaddy(): Promise<boolean> {
  return hasCaddy() || ((await installPackage('caddy')) && hasCaddy())
}
