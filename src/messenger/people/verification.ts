// Making sure that nobody sits between: what two people compare, and my mark that they did. The mark is about the
// account's key and stays on this device.

import type { ContactsApi } from '../api.ts'
import { UsageError } from '../api.ts'
import {
  compareVerificationCode,
  decodeVerificationCode,
  encodeVerificationCode,
} from '../../protocol/verification/code.ts'
import { safetyNumber } from '../../protocol/verification/safety-number.ts'
import type { Context } from '../context.ts'
import type { ContactRow } from '../records/rows.ts'

export type VerificationApi = Pick<ContactsApi, 'safetyNumber' | 'compareCode' | 'setVerified'>

export function createVerification(context: Context): VerificationApi {
  const { tables, ledger, clock, events, self } = context

  const contact = (id: string): ContactRow => {
    const row = tables.contacts.peek(id)
    if (row === undefined) throw new UsageError('unknown-contact')
    return row
  }

  return {
    async safetyNumber(id) {
      const { fingerprint } = contact(id)
      return {
        digits: await safetyNumber(self.fingerprint, fingerprint),
        qr: encodeVerificationCode({ shownBy: self.fingerprint, shownTo: fingerprint }),
      }
    },
    async compareCode(id, scanned) {
      const { fingerprint } = contact(id)
      const decoded = decodeVerificationCode(scanned.trim())
      if (!decoded.ok) return decoded.reason === 'version' ? 'newer' : 'no-code'
      return compareVerificationCode(decoded.code, { own: self.fingerprint, theirs: fingerprint })
    },
    async setVerified(id, verified) {
      await ledger.change(async (change) => {
        const row = await change.get(tables.contacts, id)
        if (row === undefined) throw new UsageError('unknown-contact')
        const { verifiedAt, ...rest } = row
        if ((verifiedAt !== undefined) === verified) return
        change.put(tables.contacts, id, verified ? { ...rest, verifiedAt: clock.now() } : rest)
        change.after(() => events.emit('change', { what: 'contacts', id }))
      })
    },
  }
}
