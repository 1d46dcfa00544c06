// A profile in a folder, with one contact and a conversation of many messages, as the messenger would have written it.

import { createMessenger } from '../../src/messenger/create-messenger.ts'
import type { Messenger } from '../../src/messenger/api.ts'
import type { Write } from '../../src/messenger/ports.ts'
import type { ConversationRow } from '../../src/messenger/records/rows.ts'
import { orderKey } from '../../src/messenger/records/table.ts'
import { openTables } from '../../src/messenger/records/tables.ts'
import { memoryNetwork, memoryPlatform } from '../../src/memory.ts'
import { nodeMediaPreparer } from '../../src/media/node.ts'
import { fromHex } from '../../src/protocol/bytes.ts'
import { encodeContent } from '../../src/protocol/content/codec.ts'
import { openNodeStorage } from '../../src/storage/node.ts'
import { quietLog, systemClock, systemRandom } from '../../src/system.ts'

const relays = ['https://relay.example']
const words =
  'the harbour was red and quiet when we came down from the hill with lantern and film window open to the sea'.split(
    ' ',
  )

/** Some 90 letters, as it would be after its normalization. */
export function textOf(index: number): string {
  const of = (step: number) => words[(index * step + step * step) % words.length] ?? ''
  return [...Array.from({ length: 16 }, (_, at) => of(at + 3)), index % 1000].join(' ')
}

export function openProfile(directory: string, network = memoryNetwork()): Promise<Messenger> {
  return createMessenger({
    platform: {
      clock: systemClock,
      random: systemRandom,
      log: quietLog,
      media: nodeMediaPreparer(),
      async open() {
        const storage = await openNodeStorage({ directory, random: (length) => systemRandom.bytes(length) })
        return { ...storage, transport: network.transport({ random: systemRandom }) }
      },
    },
    relays,
    profile: { name: 'Ana' },
  })
}

/** Makes one of Ana's with these texts of Bo's. Gives the conversation's id. */
export async function fillProfile(directory: string, texts: readonly string[]): Promise<string> {
  const network = memoryNetwork()
  const conversationId = await (async () => {
    await using ana = await openProfile(directory, network)
    await using bo = await createMessenger({
      platform: memoryPlatform({ network }),
      relays,
      profile: { name: 'Bo' },
    })
    const { link } = await ana.invites.create()
    const contact = await bo.invites.connect(link)
    await ana.requests.accept((await ana.requests.list())[0]?.id ?? '')
    return contact.conversationId
  })()
  const storage = await openNodeStorage({ directory, random: (length) => systemRandom.bytes(length) })
  try {
    const tables = await openTables(storage.store)
    const conversation = tables.conversations.peek(conversationId)
    const contactId = conversation?.contactId
    if (conversation === undefined || contactId === undefined) throw new Error('no conversation')
    const startMs = Date.now() - texts.length * 1000
    const log = { length: 1, head: new Uint8Array(32) }
    const write = (text: string, index: number): Write[] => {
      const id = index.toString(16).padStart(32, '0')
      const key = `${conversationId}/${orderKey(index + 1)}`
      const sentAt = startMs + index * 1000
      const content = encodeContent({
        messageId: fromHex(id) ?? new Uint8Array(),
        conversationId: fromHex(conversationId) ?? new Uint8Array(),
        parents: [],
        groupHeads: [],
        log,
        sentAtMs: sentAt,
        body: { kind: 'message', text, media: [] },
      })
      const row = {
        id,
        senderId: contactId,
        sentAt,
        receivedAt: sentAt,
        content,
        recipients: [],
        receipt: 'done',
      } as const
      return [tables.messages.write(key, row), tables.messageIndex.write(id, { key })]
    }
    for (let from = 0; from < texts.length; from += 5000)
      await storage.store.commit(texts.slice(from, from + 5000).flatMap((text, at) => write(text, from + at)))
    const full: ConversationRow = { ...conversation, lastOrder: texts.length, lastActivityAt: Date.now() }
    await storage.store.commit([tables.conversations.write(conversationId, full)])
    return conversationId
  } finally {
    await storage.release()
  }
}
