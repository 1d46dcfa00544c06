// What the choices of the tray mean, in words.

import type { FileFacts, FileOutlook } from '../../state/media-tools.ts'
import type { Manner } from './chosen-media.ts'

export const qualities: readonly {
  readonly value: Manner['quality']
  readonly name: string
  readonly hint: string
}[] = [
  { value: 'standard', name: 'Standard', hint: 'Quick to send, sharp on every screen.' },
  { value: 'hd', name: 'HD', hint: 'More detail, larger.' },
  { value: 'original', name: 'Original', hint: 'Every pixel. Place, device and time are removed all the same.' },
]

export const exactly = 'Every byte, to be saved.'

export const viewHint =
  'It is deleted from both devices after the view; videos play to their end. They can still photograph the screen.'

/** What becomes of photos that no browser shows to everybody, to stand after a sentence. */
export function anewText(quality: Manner['quality'], files: readonly Blob[]): string {
  const isMadeAnew = (file: Blob) =>
    /^image\/(heic|heif|avif)/.test(file.type) || (file instanceof File && /\.(heic|heif|avif)$/i.test(file.name))
  return quality === 'original' && files.some(isMadeAnew)
    ? ' HEIC and AVIF are made anew, so that everybody sees them: HDR is lost. Send them as files to keep all.'
    : ''
}

/** What becomes of videos that keep their encoding, to stand after a sentence; nothing where that is as one expects. */
export function keptText(quality: Manner['quality'], outlooks: readonly (FileOutlook | undefined)[]): string {
  if (outlooks.some((outlook) => outlook?.plays === 'perhaps'))
    return ' A video keeps its encoding, which not every browser plays.'
  const isKept = quality !== 'original' && outlooks.some((outlook) => outlook?.encoding === 'kept')
  return isKept ? ' A video keeps its encoding and resolution.' : ''
}

/** The warning before files are sent as they are. `facts`: of each; undefined where it cannot be looked into. */
export function fileWarning(facts: readonly (FileFacts | undefined)[]): string {
  const has = (is: (fact: FileFacts) => boolean) => facts.some((fact) => fact !== undefined && is(fact))
  const found = [
    ...(has(({ position }) => position !== undefined) ? ['the place where it was taken'] : []),
    ...(has(({ device }) => device !== undefined) ? [`the device${named(facts.map((fact) => fact?.device))}`] : []),
    ...(has(({ owner }) => owner !== undefined) ? [`who owns it${named(facts.map((fact) => fact?.owner))}`] : []),
    ...(has(({ date }) => date !== undefined) ? ['the date and time'] : []),
    ...(has(({ title }) => title !== undefined) ? ['a title or comment'] : []),
    ...(has(({ hasThumbnail }) => hasThumbnail) ? ['a small picture, perhaps of what was cut off'] : []),
  ]
  const isComplete = facts.length > 0 && facts.every((fact) => fact?.isComplete === true)
  const whole = facts.length === 1 ? 'The file goes' : 'The files go'
  const start = `${whole} out exactly as ${facts.length === 1 ? 'it is, with its name' : 'they are, with their names'}.`
  if (found.length > 0)
    return `${start} In ${facts.length === 1 ? 'it' : 'them'}: ${found.join(', ')}.${more(isComplete)}`
  if (isComplete) return `${start} Nothing else was found in ${facts.length === 1 ? 'it' : 'them'}.`
  return `${start} Often they hold the place and time of a picture, and the device. Nothing is removed.`
}

function more(isComplete: boolean): string {
  return isComplete ? ' Nothing is removed.' : ' There may be more. Nothing is removed.'
}

function named(texts: readonly (string | undefined)[]): string {
  const known = [...new Set(texts.filter((text) => text !== undefined && text !== ''))]
  return known.length === 0 ? '' : ` (${known.join(', ')})`
}
