// What a message is that is not stored yet, in the same words as afterwards (message-kind.ts): who finds it by its name
// still does.

import type { AppDraft } from '../../state/calls.ts'
import { mediaKind } from './choose-files.ts'
import { kindOf } from './message-kind.ts'

type DraftKind = 'photo' | 'video' | 'voice' | 'file'

export function kindOfDraft({ media, view }: AppDraft): string {
  const attachments = media.map((item) => ({ kind: draftKind(item) }))
  const count = (kind: DraftKind) => attachments.filter((attachment) => attachment.kind === kind).length
  const viewing = view === undefined ? {} : { viewing: { photos: count('photo'), videos: count('video') } }
  return kindOf({ attachments, ...viewing })
}

/** What its place in the message shows: also of a file, what is in it. */
export function shownKind(data: AppDraft['media'][number]['data']): 'photo' | 'video' {
  return (data instanceof Blob ? mediaKind(data) : undefined) ?? 'photo'
}

function draftKind({ data, quality, voice }: AppDraft['media'][number]): DraftKind {
  if (voice === true) return 'voice'
  return quality === 'file' ? 'file' : shownKind(data)
}
