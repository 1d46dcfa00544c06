// Which conversation a stored message was written in, and under which heads of its group: what it is sealed with again.

import { toHex } from '../../protocol/bytes.ts'
import type { Content } from '../../protocol/content/content.ts'
import type { ConversationMark } from './seal.ts'

export function markOf({ conversationId, groupHeads }: Content): ConversationMark {
  return { id: toHex(conversationId), heads: groupHeads }
}
