// What a message is, in a word or two: `text`, `photo`, `2 photos and 1 video`, `view-once photo`.

import type { Attachment, MessageViewing } from '../../../messenger/api.ts'

export const words: Readonly<Record<Attachment['kind'], string>> = {
  photo: 'photo',
  video: 'video',
  voice: 'voice message',
  file: 'file',
}

export function kindOf({
  attachments,
  viewing,
}: {
  readonly attachments: readonly Pick<Attachment, 'kind'>[]
  readonly viewing?: Pick<MessageViewing, 'photos' | 'videos'>
}): string {
  const count = (kind: Attachment['kind']) => attachments.filter((attachment) => attachment.kind === kind).length
  // What was viewed has no attachments any more.
  const counts = {
    photo: viewing?.photos ?? count('photo'),
    video: viewing?.videos ?? count('video'),
    voice: count('voice'),
    file: count('file'),
  }
  const kinds = (['photo', 'video', 'voice', 'file'] as const).filter((kind) => counts[kind] > 0)
  const [only] = kinds
  const once = viewing === undefined ? '' : 'view-once '
  if (only === undefined) return 'text'
  if (kinds.length === 1 && counts[only] === 1) return once + words[only]
  return once + kinds.map((kind) => `${counts[kind]} ${words[kind]}${counts[kind] === 1 ? '' : 's'}`).join(' and ')
}

export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
