// Whether a data folder agrees with itself: every count with what it counts, every segment with its file.

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'vitest'
import { hasBit } from '../../../relay/blobs/bitmap.ts'

/** Each is a sentence that has to be true: no row may come back. */
const contradictions: Readonly<Record<string, string>> = {
  'a mailbox counts its envelopes': `
    SELECT key FROM mailbox WHERE envelopes <> (SELECT count(*) FROM envelope WHERE mailbox = mailbox.key)
      OR bytes <> (SELECT ifnull(sum(length(bytes)), 0) FROM envelope WHERE mailbox = mailbox.key)
      OR newest < (SELECT ifnull(max(sequence), 0) FROM envelope WHERE mailbox = mailbox.key)`,
  'a mailbox counts its blobs': `
    SELECT key FROM mailbox
      WHERE blob_bytes <> (SELECT ifnull(sum(bytes + length(bitmap) + 8192), 0) FROM blob WHERE mailbox = mailbox.key)`,
  'nothing belongs to a mailbox that is gone': `
    SELECT mailbox FROM envelope UNION SELECT mailbox FROM one_time UNION SELECT mailbox FROM take
      UNION SELECT mailbox FROM push
      EXCEPT SELECT key FROM mailbox`,
  'the whole is the sum of its parts': `
    SELECT mailbox_bytes, blob_bytes FROM usage WHERE blob_bytes <> (SELECT ifnull(sum(bytes + length(bitmap) + 8192), 0) FROM blob)
      OR mailbox_bytes <> (SELECT ifnull(sum(256 + ifnull(length(bundle), 0)), 0) FROM mailbox)
        + (SELECT ifnull(sum(256 + length(bytes)), 0) FROM envelope)
        + (SELECT ifnull(sum(256 + ifnull(length(bytes), 0)), 0) FROM one_time)
        + (SELECT ifnull(sum(256 + length(main) + ifnull(length(one_time), 0)), 0) FROM take)
        + (SELECT ifnull(sum(256 + length(endpoint)), 0) FROM push)
        + 256 * ((SELECT count(*) FROM tombstone) + (SELECT count(*) FROM join_code) + (SELECT count(*) FROM member))`,
}

/** No relay may run on it. */
export async function expectSoundBooks(dataFolder: string): Promise<void> {
  using database = new DatabaseSync(join(dataFolder, 'relay.sqlite'))
  expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
  for (const [sentence, query] of Object.entries(contradictions))
    expect([sentence, database.prepare(query).all()]).toEqual([sentence, []])

  const entries = await readdir(join(dataFolder, 'blobs'), { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  const segments = database.prepare('SELECT key, segments, bitmap FROM blob').all().flatMap(segmentsOf)
  const folders = new Set(
    database
      .prepare('SELECT key FROM blob')
      .all()
      .map(({ key }) => String(key)),
  )
  const paths = files.map((path) => path.split('/').slice(-2))
  expect(paths.map(([folder, segment]) => `${folder}/${segment}`)).toEqual(expect.arrayContaining(segments))
  for (const [folder, segment] of paths) {
    expect(folders).toContain(folder)
    expect(segment).toMatch(/^\d+$/)
  }
}

function segmentsOf(row: Readonly<Record<string, unknown>>): readonly string[] {
  const { key, segments, bitmap } = row
  if (!(bitmap instanceof Uint8Array)) throw new Error('no bitmap')
  return Array.from({ length: Number(segments) }, (_, index) => index)
    .filter((index) => hasBit(bitmap, index))
    .map((index) => `${String(key)}/${index}`)
}
