// What tests in a browser ask of the machine: photos of real cameras, where they are at hand, and what ExifTool finds.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BrowserCommand } from 'vitest/node'
import { readTags } from './exiftool.ts'

const photos = fileURLToPath(new URL('../../../shared/media/photos/', import.meta.url))

const realPhotoNames: BrowserCommand<[]> = () => (existsSync(photos) ? readdirSync(photos) : [])

/** In base64: commands speak JSON. */
const realPhoto: BrowserCommand<[name: string]> = (_, name) => {
  if (!readdirSync(photos).includes(name)) throw new Error('no such photo')
  return readFileSync(join(photos, name)).toString('base64')
}

const exifTags: BrowserCommand<[base64: string]> = (_, base64) => readTags(Buffer.from(base64, 'base64'))

export const browserCommands = { realPhotoNames, realPhoto, exifTags }

declare module 'vitest/browser' {
  interface BrowserCommands {
    realPhotoNames(): Promise<readonly string[]>
    realPhoto(name: string): Promise<string>
    exifTags(base64: string): Promise<Readonly<Record<string, unknown>>>
  }
}
