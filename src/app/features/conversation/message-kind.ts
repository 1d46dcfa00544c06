// What a message is, in a word or two: `text`, `photo`, `2 photos and 1 video`.

import type { Attachment } from '../../../messenger/api.ts'

export function kindOf({ attachments }: { readonly attachments: readonly Pick<Attachment, 'kind'>[] }): string {
  const photos = attachments.filter(({ kind }) => kind === 'photo').length
  const videos = attachments.length - photos
  if (attachments.length === 0) return 'text'
  if (attachments.length === 1) return photos === 1 ? 'photo' : 'video'
  const parts = [counted(photos, 'photo'), counted(videos, 'video')]
  return parts.filter((part) => part !== '').join(' and ')
}

function counted(count: number, word: string): string {
  if (count === 0) return ''
  return count === 1 ? `1 ${word}` : `${count} ${word}s`
}
