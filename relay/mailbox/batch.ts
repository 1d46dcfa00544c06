// What the commands of one request share.

import type { MailboxCommand } from '../../src/protocol/mailbox/command.ts'
import type { AnswerBudget } from '../storage/store.ts'
import type { Caller } from './caller.ts'

export interface Batch {
  readonly caller: Caller
  readonly nowMs: number
  readonly budget: AnswerBudget
  /** For all that its commands store. */
  readonly hasRoom: boolean
  /** Bundles asked for so far. */
  takes: number
  /** Mailboxes asked to be told about so far. */
  subscriptions: number
}

export type CommandOf<Kind extends MailboxCommand['kind']> = Extract<MailboxCommand, { readonly kind: Kind }>

/** Keys that a command makes the relay hash and look up: its price in rates and in time. */
export function keysOf(command: MailboxCommand): number {
  return command.kind === 'subscribe' ? Math.max(1, command.readKeys.length) : 1
}

/** Lets everybody else have their turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
