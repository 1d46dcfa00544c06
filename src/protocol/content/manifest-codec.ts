// The bytes of a manifest, and what must hold between its fields. Spec: docs/protocol.md §7.

import { isConsistentManifest } from '../blob/manifest.ts'
import type { Codec } from '../cbor/codec.ts'
import { bytesUpTo, fixedBytes, integer, textWhere } from '../cbor/codec.ts'
import { field, optionalField, shape, variant } from '../cbor/shape.ts'
import { EncodingError } from '../cbor/value.ts'
import { limits } from '../limits.ts'
import type { Manifest, ManifestHashes } from './manifest.ts'

const hashBytes = 32

// Lower case and without parameters: what is not written so is no type that this application ever shows.
const mime = textWhere((text) => text.length <= limits.mimeBytes && /^[a-z0-9]+\/[a-z0-9][a-z0-9.+-]*$/.test(text))

const common = {
  blobId: field(1, fixedBytes(32)),
  key: field(2, fixedBytes(32)),
  header: field(3, fixedBytes(limits.blobHeaderBytes)),
  sizeBytes: field(4, integer(limits.blobBytes)),
  segmentCount: field(5, integer(limits.blobSegments, 1)),
  root: field(6, fixedBytes(hashBytes)),
  mime: field(8, mime),
  width: field(9, integer(limits.pixels)),
  height: field(10, integer(limits.pixels)),
  durationMs: optionalField(11, integer(limits.durationMs)),
  thumbhash: optionalField(12, bytesUpTo(limits.thumbhashBytes, 1)),
} as const

const inlineCase = [1, shape({ list: field(1, bytesUpTo(limits.inlineHashes * hashBytes, hashBytes)) })] as const
const inlineHashes: Codec<ManifestHashes> = variant({ inline: inlineCase })

/** Its hashes are inline, so that manifests nest once and no deeper. */
const hashListManifest: Codec<Manifest> = checked(shape({ ...common, hashes: field(7, inlineHashes) }))

const anyHashes: Codec<ManifestHashes> = variant({
  inline: inlineCase,
  blob: [2, shape({ manifest: field(1, hashListManifest) })],
})

export const manifestCodec: Codec<Manifest> = checked(shape({ ...common, hashes: field(7, anyHashes) }))

function checked(codec: Codec<Manifest>): Codec<Manifest> {
  return {
    toValue(manifest) {
      if (!isConsistentManifest(manifest)) throw new EncodingError()
      return codec.toValue(manifest)
    },
    fromValue(value) {
      const manifest = codec.fromValue(value)
      return manifest !== undefined && isConsistentManifest(manifest) ? manifest : undefined
    },
  }
}
