// How the command line finds the relay that runs on its data folder: a port on this machine only, and a secret in a file
// that only the operator may read. The file is made at every start and removed at a clean end.

import { randomBytes, timingSafeEqual } from 'node:crypto'
import { open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

const accessName = 'admin.json'

/** In every answer of the operator's port: by now another program may listen there. */
export const adminHeader = 'x-safelight-relay'

export interface AdminAccess {
  readonly port: number
  readonly secret: string
}

export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

export async function writeAccess(dataDirectory: string, access: AdminAccess): Promise<void> {
  const path = join(dataDirectory, accessName)
  // What an earlier start left names a port that is not this relay's.
  await rm(path, { force: true })
  await rm(`${path}.new`, { force: true })
  const file = await open(`${path}.new`, 'wx', 0o600)
  try {
    await file.writeFile(JSON.stringify(access))
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
}

export async function removeAccess(dataDirectory: string): Promise<void> {
  await rm(join(dataDirectory, accessName), { force: true })
}

/** Undefined: no relay has been started there, or it ended cleanly. */
export async function readAccess(dataDirectory: string): Promise<AdminAccess | undefined> {
  try {
    const found: unknown = JSON.parse(await readFile(join(dataDirectory, accessName), 'utf8'))
    if (typeof found !== 'object' || found === null || !('port' in found) || !('secret' in found)) return undefined
    const { port, secret } = found
    return typeof port === 'number' && typeof secret === 'string' ? { port, secret } : undefined
  } catch {
    return undefined
  }
}

/** In constant time. */
export function isSecret(given: string, secret: string): boolean {
  const a = Buffer.from(given)
  const b = Buffer.from(secret)
  return a.length === b.length && timingSafeEqual(a, b)
}
