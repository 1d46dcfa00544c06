// Logs are copied into reports and errors into consoles: neither may name a key, an id, an address, a person or a word.

import { describe, expect, it } from 'vitest'
import { createMessenger } from '../../src/messenger/create-messenger.ts'
import type { Log } from '../../src/messenger/ports.ts'
import { toBase64Url, toHex } from '../../src/protocol/bytes.ts'
import { CryptoError } from '../../src/protocol/primitives/error.ts'
import { createMemoryDisk, openMemoryStorage } from '../../src/storage/memory.ts'
import { createMemoryNetwork } from '../../src/transport/memory/network.ts'
import { seededRandom } from '../protocol/seeded-random.ts'
import { createFakeClock } from '../support/world/clock.ts'
import { plainMedia } from '../support/world/media.ts'
import { decodeInviteLink } from '../../src/protocol/invite/link.ts'

const origin = 'https://relay-of-ana.example'

/** Every text in an error: its message, its stack's first line, its properties and its causes. */
function textsOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)]
  const own = Object.getOwnPropertyNames(error).filter((name) => name !== 'stack' && name !== 'cause')
  const values = own.map((name) => String(Object.getOwnPropertyDescriptor(error, name)?.value))
  return [error.message, ...values, ...(error.cause === undefined ? [] : textsOf(error.cause))]
}

it('logs and errors of a whole story, failures included, name nothing', async () => {
  const said: string[] = []
  const note = (event: string, fields: object = {}): void => void said.push(`${event} ${JSON.stringify(fields)}`)
  const log: Log = { debug: note, warn: note, error: note }
  const clock = createFakeClock(Date.UTC(2026, 10, 22))
  const network = createMemoryNetwork({ clock })
  const relay = network.relay(origin)
  const drawn = new Set<string>()
  const disks = [createMemoryDisk(), createMemoryDisk()]
  const [ana, bo] = await Promise.all(
    ['Ana Sichtbar', 'Bo Geheim'].map(async (name, index) => {
      const seeded = seededRandom(name)
      const bytes = (length: number) => {
        const fresh = seeded(length)
        // Keys and ids; shorter draws are jitter.
        if (length >= 16) drawn.add(toHex(fresh)).add(toBase64Url(fresh))
        return fresh
      }
      const random = { bytes }
      return createMessenger({
        platform: {
          clock,
          random,
          log,
          media: plainMedia(),
          open: async () => ({
            ...(await openMemoryStorage(disks[index], bytes)),
            transport: network.transport({ random }),
          }),
        },
        relays: [origin],
        profile: { name },
      })
    }),
  )
  if (ana === undefined || bo === undefined) throw new Error('two people')
  for (const messenger of [ana, bo]) {
    messenger.addEventListener('error', ({ detail }) => void said.push(...textsOf(detail)))
  }
  const failures: Promise<unknown>[] = []
  const tryTo = async (work: () => Promise<unknown>): Promise<void> => {
    const attempt = work().catch((error: unknown) => void said.push(...textsOf(error)))
    failures.push(attempt)
    await clock.advance(2_000)
  }

  const { link } = await ana.invites.create()
  const contact = await bo.invites.connect(link)
  await clock.advance(5_000)
  const [request] = await ana.requests.list()
  const { conversationId } = await ana.requests.accept(request?.id ?? '')
  await clock.advance(5_000)
  await tryTo(() => bo.send(contact.conversationId, { text: 'das Geheimnis' }))
  await tryTo(() =>
    bo.send(contact.conversationId, { media: [{ data: new Uint8Array(300_000).fill(3), caption: 'Lichtbild' }] }),
  )
  await clock.advance(30_000)
  await tryTo(() => bo.send('nobody', { text: 'das Geheimnis' }))
  await tryTo(() => bo.send(contact.conversationId, { text: 'x'.repeat(20_000) }))
  await tryTo(() => bo.invites.connect(link))
  await tryTo(() => bo.invites.connect(`${link}x`))
  await tryTo(() => ana.invites.connect(link))
  network.cutDirect()
  network.setDirectPossible(false)
  for (const code of ['relay-unreachable', 'relay-version', 'not-a-relay', 'timeout'] as const) {
    relay.failWith(code)
    await tryTo(() => bo.send(contact.conversationId, { text: 'das Geheimnis' }))
    await tryTo(() => bo.invites.create())
  }
  relay.failWith(undefined)
  relay.setFull(true)
  await tryTo(() => bo.send(contact.conversationId, { text: 'das Geheimnis' }))
  await tryTo(() => ana.invites.create())
  relay.setFull(false)
  // Rubbish and replays into the invite's mailbox.
  const decoded = decodeInviteLink(link)
  if (!decoded.ok) throw new Error('not a link')
  const transport = network.transport({ random: { bytes: seededRandom('eve') } })
  await transport.start({ relay: () => {}, push: () => {}, peer: (peer) => void peer.close() })
  transport.keepRelays([origin])
  await clock.advance(2_000)
  const rubbish = [0x11, 0x12].map((kind) => new Uint8Array(8192).fill(9).with(0, kind))
  const { writeKey } = decoded.invite
  await transport.relay(origin).call([{ kind: 'put', writeKey, envelopes: rubbish }])
  await clock.advance(60_000)
  await ana.contacts.block((await ana.contacts.list())[0]?.id ?? '')
  await tryTo(() => bo.send(contact.conversationId, { text: 'das Geheimnis' }))
  await clock.advance(60_000)
  await Promise.all(failures)

  const secrets = [
    'Sichtbar',
    'Geheim',
    'Lichtbild',
    'relay-of-ana',
    link.slice(link.indexOf('#i/') + 3),
    contact.id,
    contact.conversationId,
    conversationId,
    ...network.peerIds(),
    ...drawn,
  ]
  expect(said.length).toBeGreaterThan(10)
  for (const line of said) for (const secret of secrets) expect(line).not.toContain(secret)
  await Promise.all([ana.close(), bo.close(), transport.close()])
})

describe('an error of the cryptographic layer', () => {
  it('says one of two words, whatever happened', () => {
    for (const code of ['usage', 'damaged'] as const) {
      const error = new CryptoError(code)
      expect(error.message).toBe(`crypto: ${code}`)
      expect(Object.keys(error).toSorted()).toEqual(['code', 'name'])
    }
  })
})
