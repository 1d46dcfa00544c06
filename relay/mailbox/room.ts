// Room on the disk for what the commands of one request store: all of it, or none.

import type { MailboxCommand } from '../../src/protocol/mailbox/command.ts'
import type { RelayLimits } from '../limits.ts'
import type { Log } from '../log.ts'
import { errorFields } from '../log.ts'
import type { DiskBudget, Reservation } from '../storage/disk-budget.ts'
import type { RelayStore } from '../storage/store.ts'
import { rowBytes } from '../storage/store.ts'
import { memberIdOf } from './admission.ts'
import type { CommandOf } from './batch.ts'
import { deriveMailboxId, ownId } from './capability.ts'
import { keyOf } from './hub.ts'

export interface Room {
  /** Undefined: there is none. Never rejects; released once the commands were answered. */
  reserve(commands: readonly MailboxCommand[]): Promise<Reservation | undefined>
}

export interface RoomOptions {
  readonly store: RelayStore
  readonly disk: DiskBudget
  readonly limits: RelayLimits
  /** New mailboxes are for members only. */
  readonly membersOnly: boolean
  readonly log: Log
}

export function createRoom({ store, disk, limits, membersOnly, log }: RoomOptions): Room {
  async function reserve(commands: readonly MailboxCommand[]): Promise<Reservation | undefined> {
    const bytes = commands.reduce((sum, command) => sum + incomingBytes(command), 0)
    if (bytes === 0) return { release: () => undefined }
    try {
      return await disk.reserve('mailboxes', bytes, () => entitledBytes(commands))
    } catch (error) {
      log.error(errorFields(error), 'no room could be made')
      return undefined
    }
  }

  /** The bytes for mailboxes that exist, or that this request opens first, and for these. */
  async function entitledBytes(commands: readonly MailboxCommand[]): Promise<number> {
    const opened = new Set<string>()
    let sum = 0
    for (const command of commands) {
      const id = targetOf(command)
      if (id === undefined) continue
      const tier = opened.has(keyOf(id)) ? 'opened' : await store.mailboxes.tier(id)
      const isThere = tier !== 'unknown-mailbox' && tier !== 'gone'
      if (command.kind === 'open') {
        if (tier !== 'unknown-mailbox' || !(await mayOpen(command))) continue
        opened.add(keyOf(id))
        sum += incomingBytes(command)
      } else if (isThere) sum += incomingBytes(command)
    }
    return sum
  }

  /** Nothing is evicted for who is no member. */
  async function mayOpen(command: CommandOf<'open'>): Promise<boolean> {
    return !membersOnly || (await store.membership.standing(memberIdOf(command))) === 'member'
  }

  /** What a command may add to what is kept. */
  function incomingBytes(command: MailboxCommand): number {
    switch (command.kind) {
      case 'open':
        return rowBytes
      case 'put':
        return sizeOf(command.envelopes)
      case 'bundle.put':
        return command.main.length + sizeOf(command.oneTime)
      case 'bundle.take':
        // What is remembered of it; the one-time part is there already.
        return limits.bundleMainBytes + rowBytes
      case 'push.set':
        return command.endpoint === undefined ? 0 : command.endpoint.length + rowBytes
      default:
        return 0
    }
  }

  return { reserve }
}

/** The mailbox a command stores into. */
function targetOf(command: MailboxCommand): Uint8Array | undefined {
  switch (command.kind) {
    case 'put':
    case 'bundle.take':
      return deriveMailboxId(command.writeKey)
    case 'open':
    case 'bundle.put':
    case 'push.set':
      return ownId(command.readKey)
    default:
      return undefined
  }
}

function sizeOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length + rowBytes, 0)
}
