// What happened in a conversation, as a sentence. Names are set apart: they may be written the other way round.

import type { MessageView, PersonName } from '../../../messenger/api.ts'
import { formatSpan } from '../../state/format.ts'

type Line = NonNullable<MessageView['line']>

interface Part {
  readonly text: string
  readonly isName: boolean
}

export function LineText({ line }: { readonly line: Line }) {
  return <>{partsOf(line).map(({ text, isName }, index) => (isName ? <bdi key={index}>{text}</bdi> : text))}</>
}

export function lineText(line: Line): string {
  return partsOf(line)
    .map(({ text }) => text)
    .join('')
}

function partsOf(line: Line): readonly Part[] {
  switch (line.kind) {
    case 'created':
      return said`${first(line.by)} made the group ${line.name}`
    case 'added':
      return said`${first(line.by)} added ${within(line.who)}`
    case 'removed':
      return said`${first(line.by)} removed ${within(line.who)}`
    case 'left':
      return said`${first(line.who)} left`
    case 'renamed':
      return said`${first(line.by)} renamed the group to ${line.name}`
    case 'admin':
      return line.isAdmin
        ? said`${first(line.by)} made ${within(line.who)} an admin`
        : said`${first(line.by)} made ${within(line.who)} an ordinary member`
    case 'timer':
      return line.lifeMs === 0
        ? said`${first(line.by)} let messages stay from now on`
        : said`${first(line.by)} set messages to disappear ${formatSpan(line.lifeMs)} after they were seen`
  }
}

function first({ isMe, name }: PersonName): string {
  return isMe ? 'You' : name || 'Somebody'
}

function within({ isMe, name }: PersonName): string {
  return isMe ? 'you' : name || 'somebody'
}

function said(words: TemplateStringsArray, ...names: readonly string[]): Part[] {
  return words.flatMap((text, index) => {
    const name = names[index]
    return [{ text, isName: false }, ...(name === undefined ? [] : [{ text: name, isName: true }])]
  })
}
