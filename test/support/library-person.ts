// A person who uses the library instead of the app, in the process of the test: somebody who only has to be there needs no
// browser.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createMessenger } from '../../src/index.ts'
import type { ContactView, ConversationView, MessageView, Messenger, RequestView } from '../../src/index.ts'
import { nodePlatform } from '../../src/node.ts'
import { patienceMs } from './app-page.ts'

export class LibraryPerson implements AsyncDisposable {
  readonly messenger: Messenger
  readonly #directory: string
  readonly #problems: readonly string[]

  constructor(messenger: Messenger, directory: string, problems: readonly string[]) {
    this.messenger = messenger
    this.#directory = directory
    this.#problems = problems
  }

  /** Asks whoever made the link. */
  connect(link: string): Promise<ContactView> {
    return this.messenger.invites.connect(link)
  }

  /** Of a person who asks, or by whom they are introduced, or to a group of this name. */
  request(name: string): Promise<RequestView> {
    return until(async () => (await this.messenger.requests.list()).find((request) => request.name === name))
  }

  async acceptRequest(name: string): Promise<void> {
    await this.messenger.requests.accept((await this.request(name)).id)
  }

  /** With a person, or of a group. */
  conversation(name: string): Promise<ConversationView> {
    return until(async () => (await this.messenger.conversations.list()).find((view) => view.name === name))
  }

  /** The first of a conversation that is as it should be. */
  async message(conversation: string, isIt: (message: MessageView) => boolean): Promise<MessageView> {
    const { id } = await this.conversation(conversation)
    return until(async () => (await this.messenger.conversations.page(id)).find(isIt))
  }

  /** What the others of a conversation have said in it so far. */
  async heard(conversation: string): Promise<readonly (string | undefined)[]> {
    const { id } = await this.conversation(conversation)
    const messages = await this.messenger.conversations.page(id)
    return messages.filter(({ senderId }) => senderId !== undefined).map(({ text }) => text)
  }

  /** Fails when something went wrong that the person, or whoever made the library, should know of. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.messenger.close()
    await rm(this.#directory, { recursive: true, force: true })
    if (this.#problems.length > 0) throw new Error(`the library told of problems:\n${this.#problems.join('\n')}`)
  }
}

/** All media of a message are here. */
export function isWhole({ attachments }: MessageView): boolean {
  return attachments.length > 0 && attachments.every(({ transfer }) => transfer.kind === 'done')
}

export async function openLibraryPerson(
  name: string,
  { relayUrl }: { readonly relayUrl: string },
): Promise<LibraryPerson> {
  const directory = await mkdtemp(join(tmpdir(), 'safelight-library-'))
  const problems: string[] = []
  const log = {
    debug() {},
    warn() {},
    error: (event: string) => void problems.push(event),
  }
  const messenger = await createMessenger({
    platform: nodePlatform({ directory, log }),
    relays: [relayUrl],
    profile: { name },
  })
  messenger.addEventListener('error', ({ detail }) => problems.push(detail.code))
  return new LibraryPerson(messenger, directory, problems)
}

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + patienceMs
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (Date.now() > deadline) throw new Error('what was waited for did not happen')
    await delay(50)
  }
}
