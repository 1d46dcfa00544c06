// Hands a photo or video to another app of the device, where the browser can.

import type { Attachment } from '../../../messenger/api.ts'
import type { MediaReader } from '../../state/media.ts'
import { nameOf } from './save-media.ts'

type Rendition = 'display' | 'original'

export function canShare(attachment: Attachment, rendition: Rendition): boolean {
  const { mime } = (rendition === 'original' ? attachment.original : undefined) ?? attachment
  const file = new File([], 'probe', { type: mime })
  return 'share' in navigator && 'canShare' in navigator && navigator.canShare({ files: [file] })
}

/** Reading can take longer than a browser takes a press for one: then it is ready for the next. */
export function createSharer(media: MediaReader) {
  let ready: { readonly key: string; readonly file: File } | undefined
  return async (attachment: Attachment, sentAtMs: number, rendition: Rendition): Promise<'shared' | 'press-again'> => {
    const key = `${attachment.id} ${rendition}`
    if (ready?.key !== key) {
      const blob = await media.whole(attachment, rendition)
      ready = { key, file: new File([blob], nameOf(attachment, sentAtMs, rendition), { type: blob.type }) }
    }
    try {
      await navigator.share({ files: [ready.file] })
    } catch (error) {
      if (error instanceof DOMException && error.name === 'NotAllowedError') return 'press-again'
      // The person changed their mind.
      if (!(error instanceof DOMException) || error.name !== 'AbortError') throw error
    }
    ready = undefined
    return 'shared'
  }
}
