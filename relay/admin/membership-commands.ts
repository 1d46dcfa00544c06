// What an operator can ask about membership. The code of an invite is in the answer that makes it and nowhere else.

import { randomBytes } from 'node:crypto'
import { limits as protocol } from '../../src/protocol/limits.ts'
import { encodeJoinLink, joinCodeId } from '../../src/protocol/mailbox/membership.ts'
import type { Membership } from '../config/config.ts'
import { SetupError } from '../setup-error.ts'
import type { MembershipStore } from '../storage/store.ts'
import { numberOf } from './input.ts'
import type { AdminCommands } from './server.ts'

const dayMs = 24 * 60 * 60 * 1000
/** A large school; every member is a row. */
const mostUses = 100_000
/** As long as an address that is printed somewhere may live. */
const mostDays = 366
/** Rows in one answer; the command line asks again from the last one. */
const rowsPerAnswer = 500

export function membershipCommands(relay: {
  readonly membership: MembershipStore
  readonly mode: Membership
  /** Origin that people reach. */
  readonly origin: string
  readonly now: () => number
}): AdminCommands {
  const { membership, mode, origin, now } = relay

  return {
    async invite(input) {
      const uses = numberOf(input['uses'] ?? 1, 'uses', { most: mostUses })
      const days = numberOf(input['days'] ?? 14, 'days', { most: mostDays })
      if (mode === 'closed')
        throw new SetupError('This relay takes no new members: its setting membership is closed. Set it to invite.')
      const code = new Uint8Array(randomBytes(protocol.joinCodeBytes))
      const nowMs = now()
      const untilMs = nowMs + days * dayMs
      const number = await membership.invite(joinCodeId(code), { uses, nowMs, untilMs })
      return { number, link: encodeJoinLink({ relay: origin, code }), uses, until: dayText(untilMs), mode }
    },

    async invites(input) {
      const codes = await membership.codes({ after: afterOf(input), limit: rowsPerAnswer })
      return {
        rows: codes.map(({ number, uses, used, madeAtMs, untilMs }) => ({
          number,
          made: dayText(madeAtMs),
          uses,
          used,
          until: untilMs === 0 ? 'withdrawn' : dayText(untilMs),
        })),
      }
    },

    async members(input) {
      const members = await membership.members({ after: afterOf(input), limit: rowsPerAnswer })
      return {
        rows: members.map(({ number, code, joinedAtMs, banned }) => ({
          number,
          joined: dayText(joinedAtMs),
          invite: code,
          banned: banned ? 'banned' : '',
        })),
      }
    },

    async withdraw(input) {
      if (!(await membership.withdraw(numberOf(input['number'], 'an invite', {}))))
        throw new SetupError('There is no such invite. The command invites lists them.')
      return {}
    },

    async ban(input) {
      if (!(await membership.ban(numberOf(input['number'], 'a member', {}))))
        throw new SetupError('There is no such member. The command members lists them.')
      return {}
    },
  }
}

function afterOf(input: Readonly<Record<string, unknown>>): number {
  return typeof input['after'] === 'number' ? input['after'] : 0
}

function dayText(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10)
}
