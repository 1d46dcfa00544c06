// People around a support desk: staff and customers with messengers of their own, who do what the app does.

import { expect } from 'vitest'
import type { ConversationView, Messenger, MessageDraft, MessageView } from '../../../src/index.ts'

export const patience = { timeout: 60_000, interval: 100 }

/** Connects by a link for staff, and joins the group that they are asked into. */
export async function joinDesk(person: Messenger, link: string): Promise<void> {
  await person.invites.connect(link)
  await expect.poll(async () => (await invitation(person))?.group, patience).toBeDefined()
  await person.requests.accept((await invitation(person))?.id ?? '')
  await expect.poll(() => groupOf(person), patience).toBeDefined()
}

const invitation = async (person: Messenger) => (await person.requests.list()).find(({ group }) => group !== undefined)

/** The staff's group, as a member has it. */
export async function groupOf(person: Messenger): Promise<ConversationView | undefined> {
  return (await person.conversations.list()).find(({ groupId }) => groupId !== undefined)
}

/** The conversation with the shop alone. */
export async function shopOf(person: Messenger): Promise<ConversationView | undefined> {
  return (await person.conversations.list()).find(({ contactId }) => contactId !== undefined)
}

export async function pageOf(
  person: Messenger,
  conversation: ConversationView | undefined,
): Promise<readonly MessageView[]> {
  if (conversation === undefined) return []
  const page = await person.conversations.page(conversation.id, { limit: 500 })
  return page.filter(({ line }) => line === undefined)
}

export const groupTexts = async (person: Messenger): Promise<string[]> =>
  (await pageOf(person, await groupOf(person))).flatMap(({ text }) => text ?? [])

export const shopTexts = async (person: Messenger): Promise<string[]> =>
  (await pageOf(person, await shopOf(person))).flatMap(({ text }) => text ?? [])

/** Waits until a message of the group has these words, and gives it. */
export async function inGroup(person: Messenger, words: string): Promise<MessageView> {
  const find = async () => (await pageOf(person, await groupOf(person))).find(({ text }) => text?.includes(words))
  await expect.poll(find, patience).toBeDefined()
  const found = await find()
  if (found === undefined) throw new Error('it was there')
  return found
}

export async function writeInGroup(person: Messenger, draft: MessageDraft): Promise<string> {
  const { id } = await person.send((await groupOf(person))?.id ?? '', draft)
  return id
}

export async function writeToShop(person: Messenger, draft: MessageDraft): Promise<string> {
  const { id } = await person.send((await shopOf(person))?.id ?? '', draft)
  return id
}

export async function bytesOf(person: Messenger, attachmentId: string | undefined): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of person.media.read(attachmentId ?? '')) parts.push(part)
  return Buffer.concat(parts)
}
