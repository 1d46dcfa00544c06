// What stands in a conversation without having been written: what happened in it, and what was taken back.

import type { GroupLine, MessageView, PersonName, TimerLine } from '../../../messenger/api.ts'
import { formatSpan } from '../../state/format.ts'

export function lineText(line: GroupLine | TimerLine): string {
  switch (line.kind) {
    case 'timer':
      return line.lifeMs === 0
        ? `${named(line.by)} set messages to stay`
        : `${named(line.by)} set messages to disappear after ${formatSpan(line.lifeMs)}`
    case 'created':
      return `${named(line.by)} made the group ${line.name}`
    case 'added':
      return `${named(line.by)} added ${named(line.who, 'you')}`
    case 'removed':
      return `${named(line.by)} removed ${named(line.who, 'you')}`
    case 'left':
      return `${named(line.who)} left`
    case 'renamed':
      return `${named(line.by)} named the group ${line.name}`
    case 'picture':
      return line.isThere
        ? `${named(line.by)} gave the group a picture`
        : `${named(line.by)} took the group’s picture away`
    case 'admin':
      return line.isAdmin
        ? `${named(line.by)} made ${named(line.who, 'you')} an admin`
        : `${named(line.by)} took the admin’s role from ${named(line.who, 'you')}`
  }
}

export function unsentText({ senderId, senderName }: Pick<MessageView, 'senderId' | 'senderName'>): string {
  return `${senderId === undefined ? 'You' : senderName} took a message back`
}

function named({ name, isMe }: PersonName, me = 'You'): string {
  return isMe ? me : name
}
