// A program built on the library, run as a process of its own: `node echo.ts <folder> <relay> <invite link> <name>`.
// Connects, answers every text with the same text, and every photo or video with its SHA-256 and with the same media.

import { createHash } from 'node:crypto'
import { createMessenger } from '../../../src/index.ts'
import type { Attachment, MessageView, Messenger } from '../../../src/index.ts'
import { nodePlatform } from '../../../src/node.ts'

const [, , directory, relay, link, name] = process.argv
if (directory === undefined || relay === undefined || link === undefined || name === undefined) {
  throw new Error('arguments are missing')
}
const messenger = await createMessenger({ platform: nodePlatform({ directory }), relays: [relay], profile: { name } })
let turn = Promise.resolve()
messenger.addEventListener('message', ({ detail }) => {
  turn = turn.then(() => answer(messenger, detail))
})
await messenger.invites.connect(link)
process.stdout.write('connected\n')
process.on('SIGTERM', () => void messenger.close().then(() => process.exit(0)))

async function answer(self: Messenger, message: MessageView): Promise<void> {
  const { conversationId, text } = message
  if (text !== undefined) await self.send(conversationId, { text: `You said: ${text}` })
  for (const attachment of message.attachments) {
    const bytes = await readAll(self, attachment)
    const hash = createHash('sha256').update(bytes).digest('hex')
    await self.send(conversationId, { text: `${attachment.kind} ${hash}` })
    await self.send(conversationId, { media: [{ data: bytes, quality: 'original' }] })
  }
  await self.conversations.markSeen(conversationId, message.id)
}

async function readAll(self: Messenger, attachment: Attachment): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of self.media.read(attachment)) parts.push(part)
  return Buffer.concat(parts)
}
