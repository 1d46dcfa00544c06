// Reports (docs/protocol.md §12).

import { decodeContent } from '../../../src/protocol/content/codec.ts'
import { verifyReport } from '../../../src/protocol/report/file.ts'
import { signStatement, statementOf } from '../../../src/protocol/report/statement.ts'
import { type Operations, output, refused } from './operation.ts'

export const reportOperations: Operations = {
  'report.sign': (inputs) => {
    const content = decodeContent(inputs.bytes('content'))
    const said = content && statementOf(content, inputs.bytes('recipient'))
    return said === undefined ? refused : output({ signature: signStatement(inputs.bytes('deviceSignSecretKey'), said) })
  },
  'report.verify': (inputs) => {
    const verdict = verifyReport(inputs.text('file'))
    if (!verdict.holds) return { error: verdict.reason }
    const { author, recipient, messages } = verdict
    return output({ author, recipient, messages })
  },
}
