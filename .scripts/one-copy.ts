// npm may install one version of a package in many places, where another version took the place that all of them see.
// A bundle needs each version once: the first place that it was found in stands for all others.

import { readFile } from 'node:fs/promises'
import type { Plugin } from 'vite'

export function oneCopy(): Plugin {
  /** By name and version. */
  const places = new Map<string, string>()
  const versions = new Map<string, Promise<string>>()

  const placeOf = async (folder: string, name: string): Promise<string> => {
    const version = versions.get(folder) ?? readVersion(folder)
    versions.set(folder, version)
    const key = `${name}@${await version}`
    const place = places.get(key) ?? folder
    places.set(key, place)
    return place
  }

  return {
    name: 'safelight-one-copy',
    apply: 'build',
    enforce: 'pre',
    async resolveId(source, importer, options) {
      const resolved = await this.resolve(source, importer, { ...options, skipSelf: true })
      const [, folder, name, file] = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/@]+))(\/.*)$/.exec(resolved?.id ?? '') ?? []
      if (resolved === null || folder === undefined || name === undefined || file === undefined) return resolved
      return { ...resolved, id: `${await placeOf(folder, name)}${file}` }
    },
  }
}

async function readVersion(folder: string): Promise<string> {
  const { version }: { readonly version: string } = JSON.parse(await readFile(`${folder}/package.json`, 'utf8'))
  return version
}
