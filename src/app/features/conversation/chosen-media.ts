// Photos, videos and recordings that were chosen and not sent yet, and how they are to be sent.

import type { MediaDraft, ViewPolicy } from '../../../messenger/api.ts'
import type { Quality, VideoEdits } from '../../../messenger/ports.ts'
import type { AppDraft } from '../../state/calls.ts'
import type { PhotoEdit } from '../editor/edit.ts'

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

/** As many as one message holds. */
export const maxMedia = 32

export const usualManner: Manner = { quality: 'standard', asFile: false }

/** By the file that goes out: how it was made, so that what is taken back can be heard and edited as before. */
export const origins = new WeakMap<Blob, Pick<ChosenMedia, 'recorded' | 'edited'>>()

export interface Choice {
  readonly media: readonly ChosenMedia[]
  /** Sentences. */
  readonly refusals: readonly string[]
  readonly manner: Manner
  /** A draft that was taken back to be changed: its text goes to the composer once. */
  readonly takenBack?: AppDraft
}

/** Sent so that nobody can keep it, a voice would be: it has to be taken out first. */
export function contradicts({ media, manner }: Choice): boolean {
  return manner.view !== undefined && media.some(({ kind }) => kind === 'voice')
}

/** As it is now; the tray says why. */
export function cannotGo(choice: Choice): boolean {
  return choice.media.length > maxMedia || contradicts(choice)
}

export function draftOf({ media, manner }: Choice, words: string, replyTo?: string): AppDraft {
  return {
    ...(words === '' ? {} : { text: words }),
    media: media.map((item) => mediaDraft(item, manner)),
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(manner.view === undefined || media.length === 0 ? {} : { view: manner.view }),
  }
}

function mediaDraft(
  { file, name, kind, caption, altText, recorded, edited, video }: ChosenMedia,
  manner: Manner,
): MediaDraft {
  origins.set(file, { ...(recorded === undefined ? {} : { recorded }), edited })
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
