// `safelight-relay quota` and `purge <id>`.

import { callRunningRelay } from '../admin/client.ts'
import { readConfig } from '../config/read.ts'
import { SetupError } from '../setup-error.ts'
import { printTable, rowsOf } from './table.ts'

/** @throws SetupError */
export async function quotaCommand(args: readonly string[]): Promise<void> {
  const { config } = readConfig(args, process.env)
  const answer = await callRunningRelay(config.dataDirectory, 'quota')
  const bytes = (name: string): number => Number(answer[name] ?? 0)
  const unused = bytes('unusedBytes')
  const used = bytes('mailboxBytes') + bytes('blobBytes') + unused
  const share = Math.round((100 * used) / Math.max(1, bytes('maxBytes')))
  process.stdout.write(
    `${megabytes(used)} of ${megabytes(bytes('maxBytes'))} used (${share} %): mailboxes ${megabytes(bytes('mailboxBytes'))}, media ${megabytes(bytes('blobBytes'))}${unused === 0 ? '' : `, free in the database ${megabytes(unused)}`}.\n`,
  )
  const largest = rowsOf(answer, 'largest')
  if (largest.length === 0) return
  process.stdout.write('\nThe largest mailboxes\n')
  printTable(
    largest.map(({ id, tier, envelopes, envelopeBytes, mediaBytes }) => ({
      mailbox: id,
      tier,
      envelopes,
      'envelopes take': megabytes(Number(envelopeBytes)),
      'media take': megabytes(Number(mediaBytes)),
    })),
  )
}

/** @throws SetupError */
export async function purgeCommand([id, ...flags]: readonly string[]): Promise<void> {
  if (id === undefined || id.startsWith('-'))
    throw new SetupError('purge needs the id of a mailbox or a blob. See --help.')
  const { config } = readConfig(flags, process.env)
  const { removed } = await callRunningRelay(config.dataDirectory, 'purge', { id })
  process.stdout.write(
    removed === 'blob'
      ? 'The blob is removed. Who has its keys may put it again.\n'
      : 'The mailbox is removed with everything in it; for 90 days nobody can open it again.\n',
  )
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
