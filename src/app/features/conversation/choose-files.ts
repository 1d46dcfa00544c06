// Which files are taken, why some are not, and what they are called. Comes with the first that are chosen.

import type { MediaDraft } from '../../../messenger/api.ts'
import type { AppDraft } from '../../state/calls.ts'
import { AppError } from '../../state/app-error.ts'
import { errorText } from '../../error-text.ts'
import type { Choice, ChosenMedia, Manner, Recorded } from './chosen-media.ts'
import { maxMedia, origins } from './chosen-media.ts'

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
      media.push({ key: (lastKey += 1), file, name: nameAmong(media, name), kind, caption: '', altText: '' })
    }
  }
  if (takenBack === undefined) return { ...choice, media, refusals }
  const before = media.length
  for (const draft of takenBack.media) media.push(...chosenAgain(media, draft))
  const manner = media.length === before ? choice.manner : mannerOf(takenBack)
  return { media, refusals, manner, takenBack }
}

/** Adds what was made here, under its name with a number. */
export function addRecorded(choice: Choice, file: File, kind: ChosenMedia['kind'], recorded: Recorded): Choice {
  const name = nameAmong(choice.media, file.name, 1)
  const item: ChosenMedia = { key: (lastKey += 1), file, name, kind, caption: '', altText: '', recorded }
  // It is nowhere else: what is too much is for the person to take out. What is said of others stays said.
  return { ...choice, media: [...choice.media, item] }
}

/**
 * Whether nothing is lost when its bytes go out as they are: what is to be viewed once could be kept then, and what was
 * cut off or muted would go out after all.
 */
export function canGoAsFile({ media, view }: AppDraft): boolean {
  return view === undefined && media.every(({ voice, video: { trim, mute } = {} }) => !voice && !trim && !mute)
}

/** The same as files. The tray shows what is in them before they are sent. */
export function asFiles(draft: AppDraft): AppDraft {
  return { ...draft, media: draft.media.map((item) => ({ ...item, quality: 'file' as const })) }
}

function mannerOf({ media, view }: AppDraft): Manner {
  const qualities = media.flatMap(({ quality = 'standard', voice }) => (voice === true ? [] : [quality]))
  const [quality = 'standard'] = qualities.filter((one) => one !== 'file')
  return { quality, asFile: qualities.includes('file'), ...(view === undefined ? {} : { view }) }
}

function chosenAgain(media: readonly ChosenMedia[], draft: MediaDraft): ChosenMedia[] {
  if (!(draft.data instanceof Blob)) return []
  const name = nameAmong(media, draft.data instanceof File ? draft.data.name : 'This file')
  const { caption = '', altText = '', voice = false, loop = false, video } = draft
  const kind = voice ? 'voice' : (mediaKind(draft.data) ?? 'photo')
  const { edited, recorded = voice || loop ? {} : undefined } = origins.get(draft.data) ?? {}
  return [
    {
      key: (lastKey += 1),
      file: draft.data,
      name,
      kind,
      caption,
      altText,
      video,
      ...(edited === undefined ? {} : { edited }),
      ...(recorded === undefined ? {} : { recorded: { ...recorded, loop } }),
    },
  ]
}

/**
 * Buttons of the tray are told apart by what their files are called: no two are called alike.
 * `first`: counted from there in any case; without it only where the name is taken.
 */
function nameAmong(media: readonly ChosenMedia[], name: string, first?: number): string {
  const isFree = (wanted: string) => media.every((other) => other.name !== wanted)
  if (first === undefined && isFree(name)) return name
  const [, stem = name, ending = ''] = /^(.*?)(\.[^.]*)?$/.exec(name) ?? []
  let count = first ?? 2
  while (!isFree(`${stem} ${count}${ending}`)) count += 1
  return `${stem} ${count}${ending}`
}

/** By its type and its ending. */
export function mediaKind(file: Blob): 'photo' | 'video' | undefined {
  if (file.type.startsWith('image/')) return 'photo'
  if (file.type.startsWith('video/')) return 'video'
  // Some systems know no type for these.
  const name = file instanceof File && file.type === '' ? file.name.toLowerCase() : ''
  if (/\.(heic|heif|avif|webp|jpe?g|png)$/.test(name)) return 'photo'
  return /\.(mp4|mov|m4v|webm|mkv)$/.test(name) ? 'video' : undefined
}
