// People named in a text, as the protocol takes them: in order, apart from each other, and within the text.

import { fromHex } from '../../protocol/bytes.ts'
import type { Mention as Encoded } from '../../protocol/content/content.ts'
import { limits } from '../../protocol/limits.ts'
import type { Mention } from '../api.ts'
import { UsageError } from '../api.ts'

/** @throws UsageError `bad-mention` */
export function mentionsIn(text: string, mentions: readonly Mention[]): readonly Encoded[] {
  const length = Array.from(text).length
  let end = 0
  const encoded = mentions.map(({ from, to, fingerprint }) => {
    const bytes = fromHex(fingerprint)
    const isPlace = Number.isInteger(from) && Number.isInteger(to) && end <= from && from < to && to <= length
    if (bytes?.length !== 32 || !isPlace) throw new UsageError('bad-mention')
    end = to
    return { from, to, fingerprint: bytes }
  })
  if (encoded.length > limits.mentions) throw new UsageError('bad-mention')
  return encoded
}
