// The part of a content that people wrote or showed.

import type { Content, Message } from '../../protocol/content/content.ts'

/** What a message or a post says. */
export function wordsOf(content: Content | undefined): Message | undefined {
  const { body } = content ?? {}
  return body?.kind === 'message' || body?.kind === 'post' ? body : undefined
}
