// Ana and Bo for attacks on whole messengers: two people over a simulated network, and an attacker who sees and does
// whatever a relay can.

import { expect } from 'vitest'
import type { MailboxPush } from '../../../src/protocol/mailbox/command.ts'
import type { Transport } from '../../../src/messenger/ports.ts'
import { decodeInviteLink } from '../../../src/protocol/invite/link.ts'
import { type Person, type World, createWorld, introduce, relayUrl } from '../../support/world/world.ts'

export interface Story extends AsyncDisposable {
  readonly world: World
  readonly ana: Person
  readonly bo: Person
  /** Each one's conversation with the other; empty until they are introduced. */
  readonly ids: { readonly ana: string; readonly bo: string }
  /** What the relay pushed since then. */
  readonly pushed: MailboxPush[]
}

/** Two people who know each other; everything goes through the relay. */
export async function acquainted(seed: string): Promise<Story> {
  const world = createWorld(seed)
  const ana = await world.person('Ana')
  const bo = await world.person('Bo')
  const ids = await introduce(world, ana, bo)
  await world.clock.advance(30_000)
  throughRelay(world)
  const pushed: MailboxPush[] = []
  world.network.relay(relayUrl).onPush((push) => {
    pushed.push(push)
    return 'deliver'
  })
  return { world, ana, bo, ids, pushed, [Symbol.asyncDispose]: () => end(world) }
}

/** No direct connection from here on. */
export function throughRelay(world: World): void {
  world.network.setDirectPossible(false)
  world.network.cutDirect()
}

export async function end(world: World): Promise<void> {
  await world.close()
  expect(world.bugs).toEqual([])
}

export async function texts(person: Person, conversationId: string): Promise<(string | undefined)[]> {
  return (await person.messenger.conversations.page(conversationId)).map(({ text }) => text)
}

/** A transport in the attacker's hands. */
export async function strangerIn(world: World): Promise<Transport> {
  const random = { bytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)) }
  const transport = world.network.transport({ random })
  await transport.start({ relay: () => {}, push: () => {}, peer: (link) => void link.close() })
  transport.keepRelays([relayUrl])
  await world.clock.advance(1_000)
  return transport
}

export function writeKeyOf(link: string): Uint8Array {
  const decoded = decodeInviteLink(link)
  if (!decoded.ok) throw new Error('not a link')
  return decoded.invite.writeKey
}

export async function put(transport: Transport, writeKey: Uint8Array, envelopes: readonly Uint8Array[]): Promise<void> {
  await transport.relay(relayUrl).call([{ kind: 'put', writeKey, envelopes }])
}
