// Actions that overtook the messages they are about: they wait, and take effect with them.

import { decodeContent } from '../../protocol/content/codec.ts'
import { toHex } from '../../protocol/bytes.ts'
import type { Content } from '../../protocol/content/content.ts'
import { limits as protocolLimits } from '../../protocol/limits.ts'
import { believedTime } from '../believed-time.ts'
import type { Context } from '../context.ts'
import { limits } from '../limits.ts'
import type { Change } from '../records/ledger.ts'
import type { ApplyToMessage } from './apply.ts'
import { isThreadBody } from './bodies.ts'

export interface EarlyActions {
  keep(change: Change, messageId: string, contactId: string, content: Content, encoded: Uint8Array): Promise<void>
  /** Their message came: what waited for it is done. */
  release(change: Change, conversationId: string, messageId: string): Promise<void>
}

export function createEarlyActions({ tables, clock }: Context, apply: ApplyToMessage): EarlyActions {
  return {
    async keep(change, messageId, contactId, content, encoded) {
      const theirs = [...tables.earlyActions.held()].filter(([, row]) => row.contactId === contactId)
      const newestFirst = theirs.toSorted(([, a], [, b]) => b.at - a.at)
      // What lies at a relay for longer than that does not come any more.
      const oldest = clock.now() - protocolLimits.ratchetLateMs
      for (const [index, [key, { at }]] of newestFirst.entries())
        if (index >= limits.earlyActions - 1 || at < oldest) change.delete(tables.earlyActions, key)
      const row = { contactId, content: encoded, at: clock.now() }
      change.put(tables.earlyActions, `${messageId}/${toHex(content.messageId)}`, row)
    },
    async release(change, conversationId, messageId) {
      for (const [key, { contactId, content: encoded, at: cameAt }] of tables.earlyActions.held()) {
        if (!key.startsWith(`${messageId}/`)) continue
        change.delete(tables.earlyActions, key)
        const content = decodeContent(encoded)
        if (content === undefined || !isThreadBody(content.body)) continue
        // Which conversation it is for was looked at when it came.
        if (toHex(content.conversationId) !== conversationId) continue
        // As if its message had been there when it came.
        const at = believedTime(content.sentAtMs, cameAt)
        await apply(change, messageId, { conversationId, by: contactId, at, body: content.body })
      }
    },
  }
}
