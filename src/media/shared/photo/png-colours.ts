// A PNG whose numbers mean other colours than it says: those of a profile, or of ITU-T H.273. For this device alone, whose
// browser turns them into colours it shows.

import type { OtherColours } from './picture-colours.ts'
import { pngChunk, profileChunk } from './png.ts'
import { joinParts, textAt } from './stripped.ts'

const signatureBytes = 8
const saidOfColours = new Set(['iCCP', 'sRGB', 'gAMA', 'cHRM', 'cICP'])
/** In RGB there is no matrix between the channels. */
const noMatrix = 0
const fullRange = 1

/** `png`: as encoders write it, sound in structure. Unchanged when the profile is too long. */
export async function recolourPng(png: Uint8Array, colours: OtherColours): Promise<Uint8Array> {
  const said = await colourChunk(colours)
  if (said === undefined) return png
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength)
  const parts = [png.subarray(0, signatureBytes)]
  for (let at = signatureBytes; at + 12 <= png.length;) {
    const end = at + 12 + view.getUint32(at)
    const type = textAt(png, at + 4, at + 8)
    if (!saidOfColours.has(type)) parts.push(png.subarray(at, end))
    if (type === 'IHDR') parts.push(said)
    at = end
  }
  return joinParts(parts)
}

async function colourChunk(colours: OtherColours): Promise<Uint8Array | undefined> {
  if (colours.kind === 'numbered')
    return pngChunk('cICP', Uint8Array.of(colours.primaries, colours.transfer, noMatrix, fullRange))
  return await profileChunk(colours.profile)
}
