// What the numbers of an AVIF or HEIC picture mean as colours.

import { fourCc, viewOf } from '../mp4/box.ts'
import { profileGamut } from './icc.ts'
import { primaryProperties } from './isobmff.ts'

export type PictureColours = { readonly kind: 'srgb' } | { readonly kind: 'display-p3' } | OtherColours

export type OtherColours =
  /** An ICC profile of other colours. */
  | { readonly kind: 'profile'; readonly profile: Uint8Array }
  /** Other primaries or another transfer function, by their numbers in ITU-T H.273: BT.2020, PQ, HLG. */
  | { readonly kind: 'numbered'; readonly primaries: number; readonly transfer: number }

/** Nothing said, BT.709, and those of BT.601, which are near it. */
const srgbPrimaries = new Set([1, 2, 5, 6, 7])
const p3Primaries = 12
/** PQ and HLG; the others are near that of sRGB, or rare. */
const hdrTransfers = new Set([16, 18])

/** A profile comes before numbers, which are there for the decoder then. @throws MediaError `damaged` */
export function readColours(file: Uint8Array): PictureColours {
  const colours = primaryProperties(file, 'colr').filter(({ length }) => length >= 4)
  const profile = colours.find((body) => /^(prof|rICC)$/.test(fourCc(body, 0)))?.subarray(4)
  if (profile !== undefined) {
    const gamut = profileGamut(profile)
    return gamut === 'other' ? { kind: 'profile', profile } : { kind: gamut }
  }
  const numbers = colours.find((body) => fourCc(body, 0) === 'nclx')
  if (numbers === undefined) return { kind: 'srgb' }
  const view = viewOf(numbers, 8)
  const [primaries, transfer] = [view.getUint16(4), view.getUint16(6)]
  if (hdrTransfers.has(transfer)) return { kind: 'numbered', primaries, transfer }
  if (srgbPrimaries.has(primaries)) return { kind: 'srgb' }
  return primaries === p3Primaries ? { kind: 'display-p3' } : { kind: 'numbered', primaries, transfer }
}
