// One photo to a group of 32, with everything in JavaScript by noble as a page has it at worst: processor time from `send` to
// the last envelope that left, against the same photo to one contact in the same run. The ratio is that of the two: at
// most one for each member, because the media is sealed and uploaded once.

import type { Messenger } from '../../src/messenger/api.ts'
import { limits } from '../../src/protocol/limits.ts'
import type { Person, World } from '../support/world/world.ts'
import { createWorld, introduce, relayUrl } from '../support/world/world.ts'
import type { Bench } from './report.ts'
import { median, spreadOf } from './report.ts'

const photo = Uint8Array.from({ length: 400_000 }, (_, index) => (index * 31) % 251)

export const groupSend: Bench = async ({ isShort }) => {
  const members = isShort ? 8 : limits.groupMembers
  const pairs = 5
  const world = createWorld('group-send')
  world.network.setDirectPossible(false)
  const { ana, conversationId, pairId } = await makeGroup(world, members)
  const groupCpu: number[] = []
  const pairCpu: number[] = []
  const relay = world.network.relay(relayUrl)
  let envelopes = 0
  let segments = 0
  for (let pair = -1; pair < pairs; pair += 1) {
    const before = { ...relay.counters }
    const ours = await cpuMs(() => send(world, ana, conversationId))
    envelopes = relay.counters.putEnvelopes - before.putEnvelopes
    segments = relay.counters.putSegments - before.putSegments
    const reference = await cpuMs(() => send(world, ana, pairId))
    // The first is for the compiler.
    if (pair >= 0) groupCpu.push(ours)
    if (pair >= 0) pairCpu.push(reference)
  }
  await world.close()
  const ratios = groupCpu.map((ms, index) => ms / (pairCpu[index] ?? Number.NaN))
  return {
    bench: 'group-send',
    ratio: median(ratios),
    aim: members - 1,
    pairs,
    spread: spreadOf(ratios),
    details: {
      node: process.version,
      members,
      groupCpuMs: median(groupCpu),
      groupCpuMinMs: Math.min(...groupCpu),
      oneCpuMs: median(pairCpu),
      envelopes,
      segments,
    },
  }
}

async function send(world: World, ana: Messenger, conversationId: string): Promise<void> {
  const sent = await ana.send(conversationId, { media: [{ data: photo }] })
  await world.until(async () =>
    ((await ana.messages.get(sent.id))?.recipients ?? []).every(({ state }) => state.kind === 'kept'),
  )
}

async function cpuMs(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

/** Everybody joins, and goes: only what Ana does is measured. */
async function makeGroup(
  world: World,
  members: number,
): Promise<{ readonly ana: Messenger; readonly conversationId: string; readonly pairId: string }> {
  const ana = await world.person('Ana')
  const others: Person[] = []
  for (let index = 1; index < members; index += 1) {
    const person = await world.person(`Person ${index}`)
    await introduce(world, ana, person)
    const [contact] = await person.messenger.contacts.list()
    await person.messenger.follows.add(contact?.id ?? '')
    await world.clock.advance(1000)
    await person.messenger.close()
    others.push(person)
  }
  const contacts = await ana.messenger.contacts.list()
  const group = await ana.messenger.groups.create({ contactIds: contacts.map(({ id }) => id), name: 'Everybody' })
  for (const [index, person] of others.entries()) {
    const open = await person.reopen()
    await world.until(async () => ((await ana.messenger.groups.get(group.id))?.members.length ?? 0) >= index + 2)
    await open.messenger.close()
  }
  return {
    ana: ana.messenger,
    conversationId: group.conversationId,
    pairId: contacts[0]?.conversationId ?? '',
  }
}
