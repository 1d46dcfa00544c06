// Whether this browser can show a kind of photo or video at all: asked before a view is used up for it. What is in a file of a
// kind that it knows (the codec) nobody knows before.

import type { Attachment } from '../../../messenger/api.ts'
import { servedMimes } from '../../sw/served-mimes.ts'

/** Browsers that play it as the MP4 that it nearly always is say that they do not know it. */
const quickTime = 'video/quicktime'

export function isShowable({ kind, mime }: Pick<Attachment, 'kind' | 'mime'>): boolean {
  if (!servedMimes.has(mime)) return false
  return kind !== 'video' || mime === quickTime || document.createElement('video').canPlayType(mime) !== ''
}
