// What two people compare (docs/protocol.md §11).

import { decodeVerificationCode, encodeVerificationCode } from '../../../src/protocol/verification/code.ts'
import { safetyNumber } from '../../../src/protocol/verification/safety-number.ts'
import { type Operations, output } from './operation.ts'

export const safetyOperations: Operations = {
  'safety.number': async (inputs) =>
    output({ number: await safetyNumber(inputs.bytes('fingerprint'), inputs.bytes('other')) }),
  'safety.encode-code': (inputs) =>
    output({ text: encodeVerificationCode({ shownBy: inputs.bytes('shownBy'), shownTo: inputs.bytes('shownTo') }) }),
  'safety.decode-code': (inputs) => {
    const decoded = decodeVerificationCode(inputs.text('text'))
    return decoded.ok ? output(decoded.code) : { error: decoded.reason }
  },
}
