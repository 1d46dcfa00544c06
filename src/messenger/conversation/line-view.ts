// What happened in a conversation, as a person reads it.

import { toHex } from '../../protocol/bytes.ts'
import type { GroupLine, PersonName, TimerLine } from '../api.ts'
import type { Context } from '../context.ts'
import type { LineRow } from '../records/rows.ts'

export function lineView(context: Context, conversationId: string, line: LineRow): GroupLine | TimerLine {
  const { tables, self, groups } = context
  const myId = toHex(self.fingerprint)
  const groupId = tables.conversations.peek(conversationId)?.group ?? ''

  function nameOf(fingerprint: string): string {
    if (fingerprint === myId) return self.row.name
    const contact = [...tables.contacts.held()].find(([, row]) => toHex(row.fingerprint) === fingerprint)?.[1]
    return groupId === '' ? (contact?.name ?? '') : groups.personName(groupId, fingerprint)
  }
  const person = (fingerprint: string): PersonName => ({ name: nameOf(fingerprint), isMe: fingerprint === myId })

  switch (line.kind) {
    case 'left':
      return { kind: line.kind, who: person(line.who) }
    case 'added':
    case 'removed':
      return { kind: line.kind, by: person(line.by), who: person(line.who) }
    case 'admin':
      return { ...line, by: person(line.by), who: person(line.who) }
    case 'created':
    case 'timer':
    case 'renamed':
    case 'picture':
      return { ...line, by: person(line.by) }
  }
}
