// What became of asking to join a group, in a sentence.

import type { GroupAskView } from '../../../messenger/api.ts'

export function askText({ answer, conversationId }: GroupAskView): string {
  if (conversationId !== undefined) return 'You are in this group.'
  if (answer === 'full')
    return 'The group has as many people as it can have, so you could not be added. Ask again if somebody leaves.'
  if (answer === 'closed') return 'This link was closed before you were let in. Ask for a new one.'
  return 'You have asked. The group is among your messages once you are let in; if you are not, nothing more is said.'
}
