// Photos and videos that were chosen and not sent yet, and why some of the files were not taken.

import type { MediaDraft } from '../../../messenger/api.ts'
import type { VideoEdits } from '../../../messenger/ports.ts'
import type { AppDraft } from '../../state/calls.ts'
import { AppError } from '../../state/app-error.ts'
import { errorText } from '../../error-text.ts'
import type { PhotoEdit } from '../editor/edit.ts'

/** As many as one message holds. */
const maxMedia = 32

export interface ChosenMedia {
  /** For the tray's own use. */
  readonly key: number
  readonly file: Blob
  readonly name: string
  readonly kind: 'photo' | 'video'
  readonly caption: string
  readonly altText: string
  /** Of a photo that `file` was made of: what it was, and how it was changed, to go on from there. */
  readonly edited?: { readonly source: Blob; readonly edit: PhotoEdit } | undefined
  /** Of a video: what is changed in it when it is sent. */
  readonly video?: VideoEdits | undefined
}

export interface Choice {
  readonly media: readonly ChosenMedia[]
  /** Sentences. */
  readonly refusals: readonly string[]
  /** A draft that was taken back to be changed: its text goes to the composer once. */
  readonly takenBack?: AppDraft
}

let lastKey = 0

/** Adds what looks like a photo or a video by its type and size; what is inside is looked at when it is prepared. */
export function chooseFiles(choice: Choice, files: readonly Blob[], takenBack?: AppDraft): Choice {
  const media = [...choice.media]
  const refusals: string[] = []
  for (const file of files) {
    const name = file instanceof File && file.name !== '' ? file.name : 'This file'
    const kind = mediaKind(file)
    const refusal = file.size === 0 ? 'media/empty' : kind === undefined ? 'media/not-media' : undefined
    if (refusal !== undefined || kind === undefined) {
      refusals.push(`${name}: ${errorText(new AppError({ key: refusal ?? 'media/not-media' }))}`)
    } else if (media.length >= maxMedia) {
      refusals.push(`${name}: ${errorText(new AppError({ key: 'usage/too-many-attachments' }))}`)
    } else {
      media.push({ key: (lastKey += 1), file, name, kind, caption: '', altText: '' })
    }
  }
  if (takenBack === undefined) return { media, refusals }
  return { media: [...media, ...takenBack.media.flatMap(chosenAgain)], refusals, takenBack }
}

export function changeChosen(choice: Choice, key: number, change: Partial<ChosenMedia>): Choice {
  return { ...choice, media: choice.media.map((item) => (item.key === key ? { ...item, ...change } : item)) }
}

export function removeChosen(choice: Choice, key: number): Choice {
  return { media: choice.media.filter((item) => item.key !== key), refusals: [] }
}

function chosenAgain(draft: MediaDraft): ChosenMedia[] {
  if (!(draft.data instanceof Blob)) return []
  const name = draft.data instanceof File ? draft.data.name : 'This file'
  const kind = mediaKind(draft.data) ?? 'photo'
  const { caption = '', altText = '', video } = draft
  return [{ key: (lastKey += 1), file: draft.data, name, kind, caption, altText, video }]
}

function mediaKind(file: Blob): 'photo' | 'video' | undefined {
  if (file.type.startsWith('image/')) return 'photo'
  if (file.type.startsWith('video/')) return 'video'
  // Some systems know no type for these.
  const name = file instanceof File && file.type === '' ? file.name.toLowerCase() : ''
  if (/\.(heic|heif|avif|webp|jpe?g|png)$/.test(name)) return 'photo'
  return /\.(mp4|mov|m4v|webm|mkv)$/.test(name) ? 'video' : undefined
}
