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
}

export type CommandOf<Kind extends MailboxCommand['kind']> = Extract<MailboxCommand, { readonly kind: Kind }>
