// Videos of real cameras for tests in a browser, where they are at hand.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BrowserCommand } from 'vitest/node'

const videos = fileURLToPath(new URL('../../../shared/media/videos/', import.meta.url))

const realVideoNames: BrowserCommand<[]> = () => (existsSync(videos) ? readdirSync(videos) : [])

/** In base64: commands speak JSON. */
const realVideo: BrowserCommand<[name: string]> = (_, name) => {
  if (!readdirSync(videos).includes(name)) throw new Error('no such video')
  return readFileSync(join(videos, name)).toString('base64')
}

export const videoCommands = { realVideoNames, realVideo }

declare module 'vitest/browser' {
  interface BrowserCommands {
    realVideoNames(): Promise<readonly string[]>
    realVideo(name: string): Promise<string>
  }
}
