// My memberships of relays that are not open to everybody: a secret for each, stored before the relay hears of it, so that a
// join which was cut off is repeated and costs no second use of its code.

import type { MailboxCommand, RelayErrorCode } from '../../protocol/mailbox/command.ts'
import { createMembership } from '../../protocol/mailbox/membership.ts'
import type { JoinLink } from '../../protocol/mailbox/membership.ts'
import type { JoinErrorCode } from '../api.ts'
import { JoinError } from '../api.ts'
import type { Context } from '../context.ts'
import { times } from '../limits.ts'
import { TransportError } from '../ports.ts'
import type { AccountRow } from '../records/rows.ts'

type Held = NonNullable<AccountRow['memberships']>[number]

export interface Memberships {
  /** Whether the relay has said that I am one. */
  isMember(url: string): boolean
  /** Tells the relay; the same again is fine. @throws JoinError, TransportError: then it may be that it heard of it */
  join(link: JoinLink): Promise<void>
  /** Repeats a join that got no answer. Resolves to whether this made me a member. @throws as join */
  resume(url: string): Promise<boolean>
}

export function createMemberships({ self, ledger, transport, random, closing }: Context): Memberships {
  const at = (url: string): Held | undefined => self.row.memberships?.find(({ relay }) => relay === url)

  const put = (url: string, held: Held | undefined): Promise<void> =>
    ledger.change(async (change) => {
      const others = (self.row.memberships ?? []).filter(({ relay }) => relay !== url)
      self.update(change, { memberships: held === undefined ? others : [...others, held] })
    })

  async function finish({ relay, membership, code }: Held & { readonly code: Uint8Array }): Promise<void> {
    const signal = AbortSignal.any([closing, AbortSignal.timeout(times.callMs)])
    const [reply] = await transport.relay(relay).call([{ kind: 'join', code, membership }], { signal })
    if (reply?.kind === 'ok') return put(relay, { relay, membership })
    if (reply?.kind !== 'error') throw new TransportError('not-a-relay')
    const refusal = refusals[reply.code]
    if (refusal === undefined) throw notNow(reply)
    // A banned one is kept: a new secret for a code with uses left would be a way around the ban.
    if (refusal === 'banned') await put(relay, { relay, membership })
    else if (at(relay)?.code !== undefined) await put(relay, undefined)
    throw new JoinError(refusal)
  }

  return {
    isMember(url) {
      const held = at(url)
      return held !== undefined && held.code === undefined
    },
    async join({ relay, code }) {
      const membership = at(relay)?.membership ?? createMembership(random.bytes)
      await put(relay, { relay, membership, code })
      await finish({ relay, membership, code })
    },
    async resume(url) {
      const held = at(url)
      if (held?.code === undefined) return false
      await finish({ ...held, code: held.code })
      return true
    },
  }
}

/** What an `open` at this relay carries. Also one of which the relay's answer was lost: it may know it. */
export function membershipAt(row: AccountRow, url: string): Pick<OpenCommand, 'membership'> {
  const held = row.memberships?.find(({ relay }) => relay === url)
  return held === undefined ? {} : { membership: held.membership }
}

/**
 * Before somebody is promised an address at the home relay, which it would not open. Asked with what the relay said last;
 * one that does not answer is not waited for. @throws TransportError `not-a-member`
 */
export async function requireMembership({ self, transport, closing }: Context): Promise<void> {
  const url = self.row.relays[0] ?? ''
  if (self.row.memberships?.some(({ relay }) => relay === url) === true) return
  const signal = AbortSignal.any([closing, AbortSignal.timeout(times.lookMs)])
  const info = await transport
    .relay(url)
    .info({ signal })
    .catch(() => undefined)
  if (info !== undefined && info.membership !== 'open') throw new TransportError('not-a-member')
}

type OpenCommand = Extract<MailboxCommand, { readonly kind: 'open' }>

const refusals: Partial<Record<RelayErrorCode, JoinErrorCode>> = {
  'unknown-code': 'unknown',
  'code-used': 'used',
  'code-expired': 'expired',
  'joining-closed': 'closed',
  banned: 'banned',
}

function notNow({ code, retryAfterMs }: { readonly code: RelayErrorCode; readonly retryAfterMs?: number }) {
  // A relay of before there was membership cannot read the command.
  if (code === 'bad-request') return new TransportError('relay-version')
  return new TransportError('relay-refused', {
    ...(code === 'too-many-requests' ? { status: 429 } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  })
}

/** Why a relay opened no mailbox. */
export function openRefused({ code, retryAfterMs }: { readonly code: RelayErrorCode; readonly retryAfterMs?: number }) {
  if (code === 'not-a-member' || code === 'banned') return new TransportError(code)
  return new TransportError('relay-refused', retryAfterMs === undefined ? {} : { retryAfterMs })
}
