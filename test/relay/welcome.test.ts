import { describe, expect, it } from 'vitest'
import { callRunningRelay } from '../../relay/admin/client.ts'
import { outputOf, welcomeText } from '../../relay/cli/welcome.ts'
import { createMembership, decodeJoinLink } from '../../src/protocol/mailbox/membership.ts'
import { postCommand } from './support/http-client.ts'
import { createTestRelay, mailboxKeys } from './support/relay.ts'

const terminal = outputOf({ isTTY: true })
/** Made of colours. */
const isCode = (text: string): boolean => text.includes('\u001B[')

describe('the first start', () => {
  it('of a relay for members prints an invite, once, with which the first one joins', async () => {
    await using relay = await createTestRelay({ membership: 'invite', publicUrl: 'https://relay.example' })
    const text = await welcomeText(relay, terminal)
    const link = /: (https:\S+)/.exec(text)?.[1] ?? ''
    const decoded = decodeJoinLink(link)
    expect([decoded?.relay, isCode(text)]).toEqual(['https://relay.example', true])
    expect(await welcomeText(relay, terminal)).toBe('')
    await relay.restart()
    expect(await welcomeText(relay, terminal)).toBe('')
    const membership = createMembership((length) => new Uint8Array(length).fill(1))
    const code = decoded?.code ?? new Uint8Array(16)
    expect(await postCommand(relay.url, { kind: 'join', code, membership })).toEqual({ kind: 'ok' })
  })

  it('prints no link where it may be kept, and makes none', async () => {
    await using relay = await createTestRelay({ membership: 'invite' })
    expect(await welcomeText(relay, outputOf({}))).toBe(
      'Nobody is a member yet: safelight-relay invite makes a link to join.\n',
    )
    expect(await callRunningRelay(relay.dataDirectory, 'invites')).toEqual({ rows: [] })
    // Somebody looks later.
    expect(await welcomeText(relay, terminal)).toContain('#join/')
  })

  it('of a relay that takes nobody says that', async () => {
    await using relay = await createTestRelay({ membership: 'closed' })
    expect(await welcomeText(relay, terminal)).toMatch(/nobody can become one/)
  })

  it('of a relay for everybody prints its address to be scanned, unless nobody else reaches it there', async () => {
    await using relay = await createTestRelay({ publicUrl: 'https://relay.example' })
    const text = await welcomeText(relay, terminal)
    expect([text.includes('https://relay.example'), isCode(text)]).toEqual([true, true])
    await relay.restart()
    expect(await welcomeText(relay, terminal)).toBe('')
    await using local = await createTestRelay()
    expect(await welcomeText(local, terminal)).toBe('')
  })
})

describe('a relay with people on it', () => {
  it('that is made one for members prints nothing', async () => {
    await using relay = await createTestRelay()
    await postCommand(relay.url, { kind: 'open', readKey: mailboxKeys(1).readKey, tier: 'contact' })
    await relay.restart({ membership: 'invite' })
    expect(await welcomeText(relay, terminal)).toBe('')
  })
})
