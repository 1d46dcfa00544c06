// What somebody says whom this person has not accepted counts only with their signature under it: it is all that the person
// could ever show to anybody else. What would change it unsigned is not taken; it comes again once they are accepted.
// Spec: docs/protocol.md §12.

import { equalBytes, toHex } from '../../protocol/bytes.ts'
import type { Content } from '../../protocol/content/content.ts'
import { unsafeReadCertificate } from '../../protocol/identity/certificate.ts'
import { statementOf, verifyStatement } from '../../protocol/report/statement.ts'
import type { Context } from '../context.ts'
import type { Change } from '../records/ledger.ts'
import type { Opened } from './opened.ts'
import { hasRoom } from './request-room.ts'

/** Where they are, and that they begin anew or have something. All else would leave a trace that nobody sees. */
const heardUnsigned: ReadonlySet<Content['body']['kind']> = new Set(['accept', 'refresh', 'mailbox', 'receipt'])

/** Of a request or a message: whether the device with this key signed it for this account. */
export function isSignedFor(recipient: Uint8Array, content: Content, signKey: Uint8Array): boolean {
  const said = statementOf(content, recipient)
  return said !== undefined && content.signature !== undefined && verifyStatement(signKey, said, content.signature)
}

/** Keeps a request as it was signed, in the place of one before it, as far as there is room. */
export async function isVouchedFor(
  context: Context,
  change: Change,
  contactId: string,
  content: Content,
  { content: encoded, position }: Pick<Opened, 'content' | 'position'>,
): Promise<boolean> {
  const { tables, self } = context
  const { kind } = content.body
  if (kind === 'unsend') return hasOne(context, change, content.body.of)
  if (kind !== 'request' && kind !== 'message') return heardUnsigned.has(kind)
  const held = await change.get(tables.sessions, contactId)
  const session = held?.sessions.find((entry) => equalBytes(entry.session.sid, position.sid))?.session
  const certificate = session?.peer.certificate
  // It was verified when the session began.
  const signKey = certificate && unsafeReadCertificate(certificate)?.signKey
  if (certificate === undefined || signKey === undefined) return false
  if (!isSignedFor(self.fingerprint, content, signKey)) return false
  const contact = await change.get(tables.contacts, contactId)
  if (kind !== 'request' || contact === undefined) return true
  if (!hasRoom(context, contact, encoded.length - (contact.signedRequest?.content.length ?? 0))) return false
  change.put(tables.contacts, contactId, { ...contact, signedRequest: { content: encoded, certificate } })
  return true
}

/** What was taken back already, or never came, is not taken back once more: each time would be remembered. */
async function hasOne({ tables }: Context, change: Change, ids: readonly Uint8Array[]): Promise<boolean> {
  for (const id of ids) {
    const key = (await change.get(tables.messageIndex, toHex(id)))?.key
    const row = key === undefined ? undefined : await change.get(tables.messages, key)
    if (row !== undefined && row.content.length > 0) return true
  }
  return false
}
