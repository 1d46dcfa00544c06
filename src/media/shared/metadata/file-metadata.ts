// What a file says besides its picture: data for a warning before it is sent as it is, not sentences.

import { mediaLimits } from '../../limits.ts'

export interface FileMetadata {
  /** It says where it was taken; as numbers where these can be read. Degrees, north and east positive. */
  readonly position?: { readonly latitudeDegrees?: number; readonly longitudeDegrees?: number }
  /** Maker, model, lens, serial number, program: what it was made with. Texts are '' where they are there but cannot be read. */
  readonly device?: string
  readonly owner?: string
  /** As it is written there. */
  readonly date?: string
  /** Title, description or comment. */
  readonly title?: string
  /** A small picture of it, which may show what was cut off later. */
  readonly hasThumbnail: boolean
  /** False: of a kind that is not looked into, or damaged; or there are parts of it that were not understood. */
  readonly isComplete: boolean
}

/** One thing that was found, as text; a position also as numbers. */
export type Finding =
  | { readonly kind: 'device' | 'owner' | 'date' | 'title'; readonly text?: string }
  | { readonly kind: 'position'; readonly latitudeDegrees?: number; readonly longitudeDegrees?: number }
  | { readonly kind: 'thumbnail' }
  | { readonly kind: 'unknown' }

/** Each thing once, in the order in which it was found. */
export function gather(findings: readonly Finding[]): FileMetadata {
  const texts = (kind: Finding['kind']): string | undefined => {
    const found = findings.filter((finding) => finding.kind === kind)
    const read = found.flatMap((finding) => ('text' in finding ? plain(finding.text ?? '') : []))
    const isThere = read.length > 0 || found.some((finding) => !('text' in finding))
    return isThere ? [...new Set(read)].join(', ').slice(0, mediaLimits.describedCharacters) : undefined
  }
  const positions = findings.filter((finding) => finding.kind === 'position')
  const place = positions.find(({ latitudeDegrees }) => latitudeDegrees !== undefined) ?? positions[0]
  const [device, owner, date, title] = [texts('device'), texts('owner'), texts('date'), texts('title')]
  return {
    ...(place !== undefined && { position: positionOf(place) }),
    ...(device !== undefined && { device }),
    ...(owner !== undefined && { owner }),
    ...(date !== undefined && { date }),
    ...(title !== undefined && { title }),
    hasThumbnail: findings.some(({ kind }) => kind === 'thumbnail'),
    isComplete: findings.every(({ kind }) => kind !== 'unknown'),
  }
}

function positionOf({
  latitudeDegrees,
  longitudeDegrees,
}: Finding & { readonly kind: 'position' }): NonNullable<FileMetadata['position']> {
  const isPlace =
    latitudeDegrees !== undefined &&
    longitudeDegrees !== undefined &&
    Math.abs(latitudeDegrees) <= 90 &&
    Math.abs(longitudeDegrees) <= 180
  return isPlace ? { latitudeDegrees, longitudeDegrees } : {}
}

/** It is shown to a person: without what could turn or hide the text around it. */
function plain(text: string): string[] {
  const shown = text.replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]+/gu, ' ').trim()
  return shown === '' ? [] : [shown]
}
