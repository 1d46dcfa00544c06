// Somebody floods the mailbox of an invite while the person who was invited connects: their app does the work it is asked
// for, by itself, and nobody else notices anything.

import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { decodeInviteLink } from '../../src/protocol/invite/link.ts'
import { postCommand } from '../relay/support/http-client.ts'
import { startRelayProcess } from '../support/relay-process.ts'
import { ask, invite, names } from '../support/stories.ts'

/** Takes all that is taken for nothing, until stopped. Gives how many deposits were refused. */
function flood(relayUrl: string, writeKey: Uint8Array): { stop(): Promise<number> } {
  let stopped = false
  let refused = 0
  const run = async (): Promise<void> => {
    while (!stopped) {
      const envelopes = Array.from({ length: 8 }, () => new Uint8Array(randomBytes(4096)))
      const replies = [
        await postCommand(relayUrl, { kind: 'put', writeKey, envelopes }),
        await postCommand(relayUrl, { kind: 'put', writeKey, envelopes: envelopes.slice(0, 1) }),
      ]
      refused += replies.filter(({ kind }) => kind === 'error').length
    }
  }
  const running = run()
  return {
    async stop() {
      stopped = true
      await running
      return refused
    },
  }
}

it('connects two people at an address that is being flooded', async () => {
  await using relay = await startRelayProcess()
  await using invited = await invite({ relayUrl: relay.url })
  const { bo, anaApp, link } = invited
  const decoded = decodeInviteLink(link)
  if (!decoded.ok) throw new Error('not a link')
  const attack = flood(relay.url, decoded.invite.writeKey)
  try {
    await expect.poll(() => relay.metric('safelight_work_asked_total'), { timeout: 30_000 }).toBeGreaterThan(10)
    const boApp = await ask(bo, link)
    await anaApp.acceptRequest(names.bo)
    await anaApp.openConversation(names.bo)
    await boApp.openConversation(names.ana)
    const message = await boApp.sendText('Here I am')
    await boApp.waitForState(message, 'Seen')
  } finally {
    expect(await attack.stop()).toBeGreaterThan(10)
  }
})
