// A report of what somebody wrote before they were accepted: their request and their messages, as far as they are here and
// signed. Nothing of it is fetched or sent; what is to be viewed once stays unseen.

import { toHex } from '../../protocol/bytes.ts'
import { decodeContent } from '../../protocol/content/codec.ts'
import { limits } from '../../protocol/limits.ts'
import { unsafeReadCertificate } from '../../protocol/identity/certificate.ts'
import type { SignedStatement } from '../../protocol/report/file.ts'
import { encodeReport } from '../../protocol/report/file.ts'
import { statementOf, verifyStatement } from '../../protocol/report/statement.ts'
import type { ReportFile } from '../api.ts'
import { UsageError } from '../api.ts'
import type { Context } from '../context.ts'

/** The id of a contact or of a request. @throws UsageError `nothing-signed` */
export async function reportOn({ tables, self }: Context, contactId: string): Promise<ReportFile> {
  const contact = tables.contacts.peek(contactId)
  const { certificate, content: request } = contact?.signedRequest ?? {}
  const signKey = certificate && unsafeReadCertificate(certificate)?.signKey
  if (contact === undefined || certificate === undefined || request === undefined || signKey === undefined)
    throw new UsageError('nothing-signed')
  const recipient = self.fingerprint

  function signed(encoded: Uint8Array): SignedStatement | undefined {
    const content = decodeContent(encoded)
    const signature = content?.signature
    const said = content && statementOf(content, recipient)
    if (said === undefined || signature === undefined || signKey === undefined) return undefined
    return verifyStatement(signKey, said, signature) ? { said, signature } : undefined
  }

  const rows = await tables.messages.list({ prefix: `${contact.conversationId}/`, limit: limits.reportMessages })
  const contents = rows.flatMap(({ row }) => {
    const isTheirs = row.senderId === contactId && row.unsentAt === undefined && row.content.length > 0
    return isTheirs && tables.viewings.peek(row.id) === undefined ? [row.content] : []
  })
  const all = [request, ...contents].flatMap((content) => signed(content) ?? [])
  if (all.length === 0) throw new UsageError('nothing-signed')
  // Beyond a bound the newest are left out: who writes so much has said enough.
  const messages = all.slice(0, limits.reportMessages)
  let data = encodeReport({ certificate, recipient, messages })
  while (data.length > limits.reportBytes && messages.length > 1) {
    messages.pop()
    data = encodeReport({ certificate, recipient, messages })
  }
  return {
    data,
    fileName: `safelight-report-${toHex(contact.fingerprint).slice(0, 8)}.json`,
    messages: messages.length,
    leftOut: all.length - messages.length,
  }
}
