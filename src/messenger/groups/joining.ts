// Asking to join a group by a link of one of its admins, on both sides. Who asks is nobody's contact by it, and sees nothing of the
// group before they are in; who is not asked in because there is no room is told. Spec: docs/protocol.md §9, Asking to join.
//
//   request by the link, or `join` of a contact ──▶ the admin decides ──▶ invitation ──▶ consent, at once ──▶ addition
//                                                └─▶ `joining`: full, or closed

import { toHex } from '../../protocol/bytes.ts'
import type { Body } from '../../protocol/content/content.ts'
import type { Context } from '../context.ts'
import type { Change } from '../records/ledger.ts'
import type { ContactRow } from '../records/rows.ts'
import type { Askers, AskersParts } from './askers.ts'
import { createAskers } from './askers.ts'
import type { Asks, AsksParts } from './asks.ts'
import { createAsks } from './asks.ts'

type JoinBody = Extract<Body, { kind: 'join' | 'joining' }>

export interface Joining extends Askers, Asks {
  received(change: Change, contactId: string, contact: ContactRow, body: JoinBody): Promise<void>
}

export function createJoining(context: Context, parts: AskersParts & AsksParts): Joining {
  const askers = createAskers(context, parts)
  const asks = createAsks(context, parts)
  return {
    ...askers,
    ...asks,
    async received(change, contactId, contact, body) {
      const groupId = toHex(body.group)
      if (contact.state !== 'accepted') return
      if (body.kind === 'join') await askers.wished(change, contactId, groupId, body.text)
      else await asks.answered(change, contact, groupId, body.answer)
    },
  }
}
