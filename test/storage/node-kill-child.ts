// A process that is killed in the middle of its work: writes a profile as fast as it can, and says after each step what
// it was promised to be safe.

import { randomBytes } from 'node:crypto'
import { writeSync } from 'node:fs'
import { limits } from '../../src/protocol/limits.ts'
import { openNodeStorage } from '../../src/storage/node.ts'
import { blobId, segment } from '../contract/blob-data.ts'

const [directory = '', work = '', first = '0'] = process.argv.slice(2)
const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length))
const { store, blobs } = await openNodeStorage({ directory, random })

/** At once, not when the event loop has time for it. */
function say(number: number): void {
  writeSync(1, `${number}\n`)
}

for (let step = Number(first); work === 'commit'; step++) {
  const value = new Uint8Array(2000).fill(step)
  const keys = ['a', 'b', 'c'].map((row) => `${String(step).padStart(8, '0')}-${row}`)
  await store.commit(keys.map((key) => ({ kind: 'put', store: 'rows', key, value })))
  say(step)
}

const segmentCount = 512
await blobs.create(blobId(1), segmentCount)
for (let index = Number(first); index < segmentCount && work === 'segments'; index++) {
  await blobs.write(blobId(1), index, segment(index, limits.segmentBytes))
  if (index % 4 !== 3) continue
  await blobs.sync(blobId(1))
  say(index)
}
