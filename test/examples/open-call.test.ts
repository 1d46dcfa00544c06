// The example runs as its README says, against a relay of its own.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { createMessenger } from '../../src/index.ts'
import type { Messenger } from '../../src/index.ts'
import { nodePlatform } from '../../src/node.ts'
import { startRelayProcess } from '../support/relay-process.ts'

const program = fileURLToPath(new URL('../../examples/open-call/open-call.ts', import.meta.url))
const patience = { timeout: 60_000, interval: 250 }

it('gives the first who answers a conversation, tells the second that it is over, and picks', async () => {
  await using relay = await startRelayProcess()
  const folder = await mkdtemp(join(tmpdir(), 'safelight-open-call-'))
  const shop = spawn(process.execPath, [program, join(folder, 'shop'), relay.url, '1', '1'])
  const exited = once(shop, 'close')
  const said: string[] = []
  let errors = ''
  shop.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  createInterface(shop.stdout).on('line', (line) => said.push(line))
  try {
    await expect.poll(() => said.length, patience).toBe(1)
    await using bo = await answer(join(folder, 'bo'), relay.url, 'Bo', said[0] ?? '')
    await expect.poll(() => said, patience).toContain('1. Bo')
    await using cem = await answer(join(folder, 'cem'), relay.url, 'Cem', said[0] ?? '')
    await expect.poll(() => textsOf(cem), patience).toEqual(['All places are taken. Thank you for answering.'])
    shop.stdin.write('pick 1\n')
    await expect.poll(() => said.at(-1), patience).toBe('Bo was picked')
    expect(await exited).toEqual([0, null])
    expect(errors.replaceAll(/^\(.*\n/gm, '')).toBe('')
    await expect
      .poll(() => textsOf(bo), patience)
      .toEqual(['You are one of the first. Send us a photo of your coat.', 'The coat is yours. We write to you here.'])
  } finally {
    shop.kill('SIGKILL')
    await exited
    await rm(folder, { recursive: true, force: true })
  }
}, 180_000)

async function answer(directory: string, relay: string, name: string, link: string): Promise<Messenger> {
  const person = await createMessenger({ platform: nodePlatform({ directory }), relays: [relay], profile: { name } })
  await person.invites.connect(link)
  return person
}

async function textsOf(person: Messenger): Promise<readonly (string | undefined)[]> {
  const [conversation] = await person.conversations.list()
  const messages = conversation === undefined ? [] : await person.conversations.page(conversation.id)
  return messages.map(({ text }) => text)
}
