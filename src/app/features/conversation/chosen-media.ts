// Photos, videos and recordings that were chosen and not sent yet, how they are to be sent, and why some of the files
// were not taken.

import type { MediaDraft, ViewPolicy } from '../../../messenger/api.ts'
import type { Quality, VideoEdits } from '../../../messenger/ports.ts'
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
  /** What it is called in the tray, and nothing else there. */
  readonly name: string
  readonly kind: 'photo' | 'video' | 'voice'
  readonly caption: string
  readonly altText: string
  /** Made in this tab, and nowhere else until it is sent. */
  readonly recorded?: Recorded
  /** Of a photo that `file` was made of: what it was, and how it was changed, to go on from there. */
  readonly edited?: { readonly source: Blob; readonly edit: PhotoEdit } | undefined
  /** Of a video: what is changed in it when it is sent. */
  readonly video?: VideoEdits | undefined
}

export interface Recorded {
  /** Of clips and voices. */
  readonly durationMs?: number
  /** Plays again and again. */
  readonly loop?: boolean
  /** Of a voice: 64 amplitudes from 0 to 255, as they were heard while it was recorded. */
  readonly waveform?: Uint8Array
}

/** How all of it is sent. */
export interface Manner {
  readonly quality: Exclude<Quality, 'file'>
  /** The exact bytes instead. */
  readonly asFile: boolean
  /** To be viewed and not kept. */
  readonly view?: ViewPolicy
}

export const usualManner: Manner = { quality: 'standard', asFile: false }

export interface Choice {
  readonly media: readonly ChosenMedia[]
  /** Sentences. */
  readonly refusals: readonly string[]
  readonly manner: Manner
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
  if (choice.media.length >= maxMedia) {
    return { ...choice, refusals: [errorText(new AppError({ key: 'usage/too-many-attachments' }))] }
  }
  const name = nameAmong(choice.media, file.name, 1)
  const item: ChosenMedia = { key: (lastKey += 1), file, name, kind, caption: '', altText: '', recorded }
  return { ...choice, media: [...choice.media, item], refusals: [] }
}

/** Sent so that nobody can keep it, a voice would be: it has to be taken out first. */
export function contradicts({ media, manner }: Choice): boolean {
  return manner.view !== undefined && media.some(({ kind }) => kind === 'voice')
}

export function draftOf({ media, manner }: Choice, words: string, replyTo?: string): AppDraft {
  return {
    ...(words === '' ? {} : { text: words }),
    media: media.map((item) => mediaDraft(item, manner)),
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(manner.view === undefined || media.length === 0 ? {} : { view: manner.view }),
  }
}

function mediaDraft({ file, name, kind, caption, altText, recorded, video }: ChosenMedia, manner: Manner): MediaDraft {
  const isFile = manner.asFile && kind !== 'voice'
  return {
    data: file,
    quality: isFile ? 'file' : manner.quality,
    ...(caption.trim() === '' ? {} : { caption: caption.trim() }),
    ...(altText.trim() === '' ? {} : { altText: altText.trim() }),
    ...(recorded?.loop === true && !isFile ? { loop: true } : {}),
    ...(kind === 'voice' ? { voice: true } : {}),
    // Also with a file as it is, which is refused then: what was cut off must not go out after all.
    ...(video === undefined ? {} : { video }),
    ...(isFile ? { name: file instanceof File && file.name !== '' ? file.name : name } : {}),
  }
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
  const recorded = voice || loop ? { recorded: { loop } } : {}
  return [{ key: (lastKey += 1), file: draft.data, name, kind, caption, altText, video, ...recorded }]
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
