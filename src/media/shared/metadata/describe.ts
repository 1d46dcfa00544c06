// Finds the blocks of metadata in a file by walking over its structure; pixels and samples are not read. It says more rather
// than less: what it does not understand makes the answer incomplete. Nothing is decided here: the strippers look for
// themselves, and keep only what they know.

import { MediaError } from '../../../messenger/ports.ts'
import type { MediaType } from '../sniff.ts'
import { sniff } from '../sniff.ts'
import type { ByteSource } from '../source.ts'
import type { FileMetadata, Finding } from './file-metadata.ts'
import { gather } from './file-metadata.ts'
import { findInGif } from './gif-blocks.ts'
import { findInIsoFile } from './iso-items.ts'
import { findInJpeg } from './jpeg-segments.ts'
import { findInPng } from './png-chunks.ts'
import { findInWebp } from './webp-chunks.ts'

type Finder = (source: ByteSource) => Promise<Finding[]>

const finders: Readonly<Record<MediaType, Finder>> = {
  jpeg: findInJpeg,
  png: findInPng,
  webp: findInWebp,
  gif: findInGif,
  avif: findInIsoFile,
  heic: findInIsoFile,
  mp4: findInIsoFile,
  // Its tags are in a structure that nothing here reads.
  webm: async () => [{ kind: 'unknown' }],
}

/** What would leave with it as a file. Values are for the person's eyes, never for a log. @throws MediaError `unreadable` */
export async function describeSource(source: ByteSource): Promise<FileMetadata> {
  try {
    const type = await sniff(source)
    const findings: Finding[] = type === undefined ? [{ kind: 'unknown' }] : await finders[type](source)
    return gather(findings)
  } catch (error) {
    if (error instanceof MediaError && error.code === 'unreadable') throw error
    return gather([{ kind: 'unknown' }])
  }
}
