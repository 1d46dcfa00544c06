// From the id of an attachment to its message and its blob.

import type { Rendition } from '../api.ts'
import { UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import type { MessageRow } from '../records/rows.ts'
import type { BlobRef } from './blob-refs.ts'
import { blobRefs, mediaOf } from './blob-refs.ts'

export interface FoundAttachment {
  /** Of its message. */
  readonly key: string
  readonly row: MessageRow
  readonly ref: BlobRef
}

/** @throws UsageError `unknown-attachment` */
export async function findAttachment(
  { tables }: Context,
  attachmentId: string,
  rendition: Rendition,
): Promise<FoundAttachment> {
  const [messageId = '', index = ''] = attachmentId.split('.')
  const key = (await tables.messageIndex.get(messageId))?.key
  const row = key === undefined ? undefined : await tables.messages.get(key)
  const refs = row === undefined ? [] : blobRefs(mediaOf(row))
  const ref = refs.find((entry) => entry.index === Number(index) && entry.role === rendition)
  if (key === undefined || row === undefined || ref === undefined) throw new UsageError('unknown-attachment')
  return { key, row, ref }
}
