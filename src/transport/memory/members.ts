// Who may open mailboxes at an in-process relay (docs/protocol.md §2, Membership).

import type { Clock } from '../../messenger/ports.ts'
import { toHex } from '../../protocol/bytes.ts'
import type { RelayErrorCode, RelayInfo } from '../../protocol/mailbox/command.ts'
import { encodeJoinLink, joinCodeId, membershipId } from '../../protocol/mailbox/membership.ts'

/** What whoever runs the relay does. */
export interface MembersAdmin {
  membership: RelayInfo['membership']
  /** Makes a link of these 16 bytes. */
  invite(code: Uint8Array, options?: { readonly uses?: number; readonly lifetimeMs?: number }): string
  /** By number: the order of joining, from 1. */
  ban(member: number): void
  /** The members so far, banned ones too. */
  readonly count: number
}

export interface Members extends MembersAdmin {
  /** Why this membership opens nothing; undefined: it does. */
  refusal(membership: string | undefined): 'not-a-member' | 'banned' | undefined
  join(code: Uint8Array, membership: string): 'ok' | RelayErrorCode
}

export function createMembers(url: string, clock: Clock): Members {
  const codes = new Map<string, { left: number; readonly untilMs: number }>()
  const members = new Map<string, 'member' | 'banned'>()

  return {
    membership: 'open',
    invite(code, { uses = 1, lifetimeMs = 14 * 24 * 3_600_000 } = {}) {
      codes.set(toHex(joinCodeId(code)), { left: uses, untilMs: clock.now() + lifetimeMs })
      return encodeJoinLink({ relay: url, code })
    },
    ban(member) {
      const id = [...members.keys()][member - 1]
      if (id !== undefined) members.set(id, 'banned')
    },
    get count() {
      return members.size
    },
    refusal(membership) {
      if (this.membership === 'open') return undefined
      const standing = membership === undefined ? undefined : members.get(toHex(membershipId(membership)))
      return standing === 'member' ? undefined : (standing ?? 'not-a-member')
    },
    join(code, membership) {
      const id = toHex(membershipId(membership))
      const standing = members.get(id)
      if (standing !== undefined) return standing === 'member' ? 'ok' : standing
      if (this.membership === 'closed') return 'joining-closed'
      const found = codes.get(toHex(joinCodeId(code)))
      if (found === undefined) return 'unknown-code'
      if (found.untilMs <= clock.now()) return 'code-expired'
      if (found.left === 0) return 'code-used'
      found.left -= 1
      members.set(id, 'member')
      return 'ok'
    },
  }
}
