// The media of one kind, by the month in which they were sent.

import type { Attachment, MessageView } from '../../../messenger/api.ts'
import { formatMonth } from './format-month.ts'

export type Kind = Attachment['kind']

export const kinds: readonly { readonly kind: Kind; readonly name: string }[] = [
  { kind: 'photo', name: 'Photos' },
  { kind: 'video', name: 'Videos' },
  { kind: 'file', name: 'Files' },
  { kind: 'voice', name: 'Voice' },
]

export interface Month {
  readonly name: string
  readonly items: readonly { readonly attachment: Attachment; readonly message: MessageView }[]
}

/** Newest first, from messages in order. A message that is to be viewed once has nothing in it. */
export function byMonth(messages: readonly MessageView[], kind: Kind): readonly Month[] {
  const months = new Map<string, Month['items'][number][]>()
  for (const message of messages.toReversed()) {
    if (message.viewing !== undefined) continue
    const items = message.attachments.filter((attachment) => attachment.kind === kind && attachment.viewOnly !== true)
    if (items.length === 0) continue
    const name = formatMonth(message.sentAt)
    const month = months.get(name) ?? []
    months.set(name, month)
    month.push(...items.toReversed().map((attachment) => ({ attachment, message })))
  }
  return [...months].map(([name, items]) => ({ name, items }))
}
