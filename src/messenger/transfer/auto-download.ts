// What of an accepted contact's media is fetched without being asked for. The rest is offered: its sender is not told that
// it was delivered before the person has fetched it.

import type { AutoDownload } from '../api.ts'
import type { Context } from '../context.ts'
import type { BlobRow } from '../records/rows.ts'
import { limits } from '../../protocol/limits.ts'
import type { BlobRef } from './blob-refs.ts'

export const defaultAutoDownload: AutoDownload = {
  photo: limits.blobBytes,
  voice: limits.blobBytes,
  // A sender who may leave for good has to get rid of it: a relay keeps it a week, and the sender's device perhaps no longer.
  video: limits.blobBytes,
  file: 0,
}

/** What becomes of a blob that comes with a message; an original is for the person to ask for. */
export function firstState(
  { self, uplink }: Pick<Context, 'self' | 'uplink'>,
  { role, kind, manifest }: BlobRef,
): Pick<BlobRow, 'state' | 'byItself'> {
  if (role === 'original') return { state: 'offered' }
  const rules = self.row.autoDownload ?? defaultAutoDownload
  const most = rules[role === 'poster' ? 'photo' : kind]
  if (most === 0 || manifest.sizeBytes > most) return { state: 'offered' }
  if (self.row.onlyOnWifi !== true) return { state: 'wanted' }
  return { state: uplink?.kind() === 'mobile' ? 'offered' : 'wanted', byItself: true }
}
