// Which conversation a stored message was written in, and under which heads of its group: what it is sealed with again.

import { toHex } from '../../protocol/bytes.ts'
import type { Content } from '../../protocol/content/content.ts'
import type { SealOptions } from './seal.ts'

/** A post goes to each in the conversation of the two. */
export function markOf({ conversationId, groupHeads, body }: Content): Pick<SealOptions, 'conversation'> {
  return body.kind === 'post' ? {} : { conversation: { id: toHex(conversationId), heads: groupHeads } }
}
