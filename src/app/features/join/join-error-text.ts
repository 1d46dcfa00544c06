// Why a link to join did not work: the sentences of ../../error-text.ts that only the page for joining needs, which loads
// later.

import type { JoinErrorCode } from '../../../messenger/api.ts'

const sentences: Readonly<Record<JoinErrorCode, string>> = {
  broken: 'This is not a complete link to join. Ask for it again, and copy the whole link.',
  unknown: 'The relay does not know this link. Ask whoever runs it for another one.',
  used: 'This link has been used as often as it may be. Ask whoever runs the relay for another one.',
  expired: 'This link has expired, or was taken back. Ask whoever runs the relay for another one.',
  closed: 'The relay takes no new members. Whoever runs it can change that.',
  banned:
    'The relay has ended the membership of this device, and takes no link from it. Ask whoever runs it, or use another relay.',
}

/** Undefined: it is no error of joining. */
export function joinErrorText(key: string): string | undefined {
  const code = key.startsWith('join/') ? key.slice('join/'.length) : ''
  return isJoinError(code) ? sentences[code] : undefined
}

function isJoinError(code: string): code is JoinErrorCode {
  return Object.hasOwn(sentences, code)
}
