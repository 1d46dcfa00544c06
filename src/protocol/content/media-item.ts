// The bytes of a medium in a message, and what goes with which kind. Spec: docs/protocol.md §7.

import type { Codec } from '../cbor/codec.ts'
import { fixedBytes, leaf, oneOf, textWhere } from '../cbor/codec.ts'
import { field, optionalField, shape } from '../cbor/shape.ts'
import { EncodingError } from '../cbor/value.ts'
import { limits } from '../limits.ts'
import type { MediaItem } from './content.ts'
import { isFileName } from './file-name.ts'
import { manifestCodec } from './manifest-codec.ts'
import { hasAtMost } from './name.ts'

const caption = textWhere((value) => value.length > 0 && hasAtMost(value, limits.captionCodePoints))
/** Where it does not play in a loop there is no field, so that there is one encoding only. */
const yes: Codec<boolean> = leaf((value) => (value === true ? value : undefined))

const fields: Codec<MediaItem> = shape({
  kind: field(1, oneOf({ photo: 1, video: 2, voice: 3, file: 4 })),
  display: field(2, manifestCodec),
  poster: optionalField(3, manifestCodec),
  caption: optionalField(4, caption),
  altText: optionalField(5, caption),
  original: optionalField(6, manifestCodec),
  loop: optionalField(7, yes),
  waveform: optionalField(8, fixedBytes(limits.waveformBytes)),
  name: optionalField(9, textWhere(isFileName)),
})

export const mediaItemCodec: Codec<MediaItem> = {
  toValue(item) {
    if (!isConsistent(item)) throw new EncodingError()
    return fields.toValue(item)
  },
  fromValue(value) {
    const item = fields.fromValue(value)
    return item !== undefined && isConsistent(item) ? item : undefined
  },
}

/** Whether it has all that its kind needs, and nothing that belongs to another one. */
function isConsistent({ kind, display, poster, original, loop, waveform, name }: MediaItem): boolean {
  const isPicture = kind === 'photo' || kind === 'video'
  if (!isPicture && (original !== undefined || display.width + display.height > 0)) return false
  if (!isPicture && display.thumbhash !== undefined) return false
  if (kind !== 'video' && (poster !== undefined || loop !== undefined)) return false
  if (kind === 'voice' && display.durationMs === undefined) return false
  if (kind === 'file' && display.durationMs !== undefined) return false
  return (kind === 'voice') === (waveform !== undefined) && (kind === 'file') === (name !== undefined)
}
