// A relay that damages what is put into it, for those who are there and for those who are away.

import type { MailboxCommand } from '../../../src/protocol/mailbox/command.ts'
import type { MemoryRelay, MemoryRelayServer } from '../../../src/transport/memory/relay.ts'

/** `every`: how many envelopes from one that is damaged to the next; 0: none. Each time one is put anew. */
export function damagePuts(relay: MemoryRelay, every: () => number): void {
  if (!isServer(relay)) throw new Error('this relay is no server')
  let count = 0
  let hit = 0
  function damaged(bytes: Uint8Array): Uint8Array {
    if (every() === 0 || ++count % every() !== 0) return bytes
    // In turn what a session would recognise as its own, and what it would not.
    const at = ++hit % 2 === 0 ? 40 : -1
    return bytes.with(at, (bytes.at(at) ?? 0) ^ 1)
  }
  const changed = (command: MailboxCommand): MailboxCommand =>
    command.kind === 'put' ? { ...command, envelopes: command.envelopes.map(damaged) } : command
  const call = relay.call.bind(relay)
  const damaging: MemoryRelayServer['call'] = (commands, subscriber) => call(commands.map(changed), subscriber)
  Object.assign(relay, { call: damaging })
}

function isServer(relay: MemoryRelay): relay is MemoryRelayServer {
  return 'call' in relay
}
