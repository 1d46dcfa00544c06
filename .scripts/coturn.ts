// Looks for coturn, through which two browsers connect in one test; tries to install it, and says so.

import { hasCoturn } from '../test/support/coturn.ts'
import { installPackage } from './package.ts'

/** @returns whether there is one now */
export async function ensureCoturn(): Promise<boolean> {
  return hasCoturn() || ((await installPackage('coturn')) && hasCoturn())
}
