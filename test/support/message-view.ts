// A message as a view of it, of which only what a test is about is said.

import type { MessageView } from '../../src/messenger/api.ts'

export function messageView(said: Pick<MessageView, 'conversationId'> & Partial<MessageView>): MessageView {
  return {
    id: '0'.repeat(32),
    order: 0,
    senderName: '',
    sentAt: 0,
    reactions: [],
    isPinned: false,
    attachments: [],
    recipients: [],
    ...said,
  }
}
