// Prekeys and addresses of contacts with a real relay, two messengers on disks, and the network of this machine.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createMessenger } from '../../src/index.ts'
import type { Messenger } from '../../src/index.ts'
import type { Store } from '../../src/messenger/ports.ts'
import type { MailboxRow } from '../../src/messenger/records/rows.ts'
import { openTables } from '../../src/messenger/records/tables.ts'
import { nodePlatform } from '../../src/node.ts'
import { postCommand } from '../relay/support/http-client.ts'
import { startRelayProcess } from '../support/relay-process.ts'

const patience = { timeout: 45_000 }

it('offers prekeys to a contact, and moves to a new address without losing a word', async () => {
  await using relay = await startRelayProcess()
  await using anaFolder = await temporaryFolder()
  await using boFolder = await temporaryFolder()
  let ana = await open(anaFolder.path, relay.url, 'Ana')
  const bo = await open(boFolder.path, relay.url, 'Bo')
  await using _bo = bo.messenger

  const { link } = await ana.messenger.invites.create()
  const asked = await bo.messenger.invites.connect(link)
  await expect.poll(() => ana.messenger.requests.list(), patience).toHaveLength(1)
  const [request] = await ana.messenger.requests.list()
  const contact = await ana.messenger.requests.accept(request?.id ?? '')
  await expect.poll(async () => (await bo.messenger.contacts.get(asked.id))?.state, patience).toBe('accepted')
  const heardByAna: string[] = []
  const hear = ({ detail }: CustomEvent<{ readonly text?: string }>): void => void heardByAna.push(detail.text ?? '')
  ana.messenger.addEventListener('message', hear)

  await say(ana.messenger, contact.conversationId, 'one')
  await say(bo.messenger, asked.conversationId, 'two')
  const [before] = await addresses(ana.store)
  await ana.messenger.contacts.renewAddress(contact.id)
  await expect.poll(() => addresses(ana.store)).toHaveLength(2)
  await say(bo.messenger, asked.conversationId, 'three')
  await say(ana.messenger, contact.conversationId, 'four')

  // A start offers what is due within seconds.
  await ana.messenger.close()
  ana = await open(anaFolder.path, relay.url, 'Ana')
  await using again = ana.messenger
  again.addEventListener('message', hear)
  const all = await addresses(ana.store)
  for (const { readKey } of all)
    await expect
      .poll(() => postCommand(relay.url, { kind: 'bundle.count', readKey }), patience)
      .toEqual({ kind: 'pool', main: true, oneTime: 4 })
  expect(
    all.some(({ readKey }) => before !== undefined && readKey.every((byte, index) => byte === before.readKey[index])),
  ).toBe(true)
  await say(bo.messenger, asked.conversationId, 'five')
  await expect.poll(() => heardByAna, patience).toEqual(['two', 'three', 'five'])
  // They write to the new one by now, so that the old one can go in time.
  await expect
    .poll(async () => (await addresses(ana.store)).some(({ old }) => old?.heardAt !== undefined), patience)
    .toBe(true)
})

/** What a contact may write to, as it is on the disk. */
async function addresses(store: Store): Promise<MailboxRow[]> {
  const { mailboxes } = await openTables(store)
  return [...mailboxes.held()].map(([, row]) => row).filter(({ purpose }) => purpose.kind === 'contact')
}

async function say(messenger: Messenger, conversationId: string, text: string): Promise<void> {
  const sent = await messenger.send(conversationId, { text })
  await sent.state('delivered')
}

/** A messenger, and a look at its disk. */
async function open(
  directory: string,
  relayUrl: string,
  name: string,
): Promise<{ readonly messenger: Messenger; readonly store: Store }> {
  const platform = nodePlatform({ directory })
  const opened = Promise.withResolvers<Store>()
  const messenger = await createMessenger({
    platform: {
      ...platform,
      async open() {
        const open = await platform.open()
        opened.resolve(open.store)
        return open
      },
    },
    relays: [relayUrl],
    profile: { name },
  })
  return { messenger, store: await opened.promise }
}

async function temporaryFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'safelight-addresses-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}
