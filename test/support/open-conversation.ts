// Ana's conversation with Bo in the page of a browser test, and what of hers is made ready to be sent.

import { page } from 'vitest/browser'
import type { MediaDraft } from '../../src/messenger/api.ts'
import { createFakeMessenger } from './fake-messenger.ts'
import type { FakeMessenger } from './fake-messenger.ts'
import { mountApp } from './mount-app.ts'

export interface OpenConversation {
  readonly messenger: FakeMessenger
  /** What was given to be prepared, so far. */
  readonly drafts: readonly MediaDraft[]
}

export async function openConversation(): Promise<OpenConversation> {
  const messenger = createFakeMessenger({ name: 'Ana' })
  messenger.addContact({ id: 'b0', name: 'Bo' })
  const drafts: MediaDraft[] = []
  const { prepare } = messenger
  messenger.prepare = (media, options) => {
    drafts.push(media)
    return prepare(media, options)
  }
  await page.viewport(1280, 900)
  await mountApp('#c/c0b0', messenger)
  return { messenger, drafts }
}

/** @throws Error when nothing of the kind was sent */
export function fileOf(draft: MediaDraft | undefined): File {
  if (!(draft?.data instanceof File)) throw new Error('no file was sent')
  return draft.data
}
