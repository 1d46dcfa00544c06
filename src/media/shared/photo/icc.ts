// Colour profiles name the display or camera they were made for, and when. What colours mean is kept; the rest goes.

import { joinParts, latin1, textAt } from './stripped.ts'

const headerBytes = 128
const maxTags = 100

/** X of red, green and blue, adapted to D50 as profiles are. */
const srgbPrimaries = [0.4361, 0.3851, 0.1431] as const
const p3Primaries = [0.5151, 0.292, 0.1571] as const

/** Tags that say what the numbers mean as colours. */
const colourTags = new Set(
  (
    'rXYZ gXYZ bXYZ rTRC gTRC bTRC kTRC wtpt bkpt chad lumi cicp ' +
    'A2B0 A2B1 A2B2 B2A0 B2A1 B2A2 D2B0 D2B1 D2B2 D2B3 B2D0 B2D1 B2D2 B2D3 gamt'
  ).split(' '),
)

/**
 * The same colours under a header without date, maker, model, creator and id, and with empty description and copyright
 * (which the format requires). Undefined when the profile cannot be read.
 */
export function sanitizeProfile(profile: Uint8Array): Uint8Array | undefined {
  if (profile.length < headerBytes + 4 || textAt(profile, 36, 40) !== 'acsp') return undefined
  const view = new DataView(profile.buffer, profile.byteOffset, profile.byteLength)
  const count = view.getUint32(headerBytes)
  if (count > maxTags || headerBytes + 4 + count * 12 > profile.length) return undefined

  const tags: { readonly name: string; readonly data: Uint8Array }[] = []
  for (let entry = headerBytes + 4; entry < headerBytes + 4 + count * 12; entry += 12) {
    const name = textAt(profile, entry, entry + 4)
    const [offset, length] = [view.getUint32(entry + 4), view.getUint32(entry + 8)]
    if (offset < headerBytes || offset + length > profile.length) return undefined
    if (colourTags.has(name)) tags.push({ name, data: profile.subarray(offset, offset + length) })
  }
  // Tags may share their data, and it is written once for each: a few curves at most in a profile that is honest.
  if (tags.reduce((length, { data }) => length + data.length, 0) > 4 * profile.length) return undefined
  const modern = (profile[8] ?? 0) >= 4
  tags.push({ name: 'desc', data: modern ? emptyText() : emptyDescription() })
  tags.push({ name: 'cprt', data: modern ? emptyText() : latin1('text\0\0\0\0\0') })
  return writeProfile(profile.subarray(0, headerBytes), tags)
}

/** By its primaries, within what profiles differ by. `other` when it cannot be read, or has no primaries. */
export function profileGamut(profile: Uint8Array): 'srgb' | 'display-p3' | 'other' {
  const own = primariesOf(profile)
  const isNear = (primaries: readonly number[]) => primaries.every((x, at) => Math.abs((own[at] ?? 0) - x) < 0.005)
  if (isNear(srgbPrimaries)) return 'srgb'
  return isNear(p3Primaries) ? 'display-p3' : 'other'
}

/** X of red, green and blue, as far as they are there. */
function primariesOf(profile: Uint8Array): readonly (number | undefined)[] {
  if (profile.length < headerBytes + 4) return []
  const view = new DataView(profile.buffer, profile.byteOffset, profile.byteLength)
  const count = Math.min(maxTags, view.getUint32(headerBytes))
  const primaries = new Map<string, number>()
  for (let entry = headerBytes + 4; entry < headerBytes + 4 + count * 12 && entry + 12 <= profile.length; entry += 12) {
    const offset = view.getUint32(entry + 4)
    // `XYZ `, four reserved bytes, then X as a fixed-point number.
    if (offset + 12 <= profile.length)
      primaries.set(textAt(profile, entry, entry + 4), view.getInt32(offset + 8) / 65_536)
  }
  return ['rXYZ', 'gXYZ', 'bXYZ'].map((tag) => primaries.get(tag))
}

function writeProfile(
  header: Uint8Array,
  tags: readonly { readonly name: string; readonly data: Uint8Array }[],
): Uint8Array {
  const table = new Uint8Array(4 + tags.length * 12)
  const view = new DataView(table.buffer)
  view.setUint32(0, tags.length)
  const parts = [header.slice(), table]
  let offset = headerBytes + table.length
  for (const [index, { name, data }] of tags.entries()) {
    table.set(latin1(name), 4 + index * 12)
    view.setUint32(8 + index * 12, offset)
    view.setUint32(12 + index * 12, data.length)
    const padded = new Uint8Array(Math.ceil(data.length / 4) * 4)
    padded.set(data)
    parts.push(padded)
    offset += padded.length
  }
  const written = joinParts(parts)
  new DataView(written.buffer).setUint32(0, written.length)
  written.fill(0, 4, 8) // preferred module
  written.fill(0, 24, 36) // date and time
  written.fill(0, 40, 44) // platform
  written.fill(0, 48, 56) // device maker and model
  written.fill(0, 80, headerBytes) // creator, id, reserved
  return written
}

/** `mluc` with one empty English text. */
function emptyText(): Uint8Array {
  const bytes = new Uint8Array(28)
  bytes.set(latin1('mluc'))
  const view = new DataView(bytes.buffer)
  view.setUint32(8, 1)
  view.setUint32(12, 12)
  bytes.set(latin1('enUS'), 16)
  view.setUint32(24, 28)
  return bytes
}

/** `desc` of version 2: an empty text three times. */
function emptyDescription(): Uint8Array {
  const bytes = new Uint8Array(8 + 4 + 1 + 8 + 70)
  bytes.set(latin1('desc'))
  new DataView(bytes.buffer).setUint32(8, 1)
  return bytes
}
