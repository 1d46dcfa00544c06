// A whole rendition to be shown where no service worker answers. A picture that would fill the memory is refused, as the worker
// refuses it.

import type { Attachment, Rendition } from '../../../messenger/api.ts'
import type { MediaReader } from '../../state/media.ts'
import { isPicture } from '../../sw/picture-size.ts'

/** Rejects for what cannot be read, and for what is not to be shown. */
export async function shownMedia(
  media: Pick<MediaReader, 'whole'>,
  attachment: Attachment,
  rendition: Rendition,
  signal?: AbortSignal,
): Promise<Blob> {
  const blob = await media.whole(attachment, rendition, signal)
  if (rendition !== 'poster' && attachment.kind !== 'photo') return blob
  const read = async (start: number, end: number) => new Uint8Array(await blob.slice(start, end).arrayBuffer())
  if (!(await isPicture(read))) throw new Error('not to be shown')
  return blob
}
