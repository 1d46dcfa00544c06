// What is wrong with a relay of one's own, beside its name: where relays are set, which comes later than the first page.

import type { RelayView } from '../../../messenger/api.ts'
import { banned, membersOnly } from '../../error-text.ts'

const relayProblems: Readonly<Record<NonNullable<RelayView['problem']>, string>> = {
  'relay-unreachable': 'It does not answer. Messages are kept on this device and sent when it does.',
  'not-a-relay': 'What answers there is no Safelight relay. Check the address.',
  'relay-version': 'It runs another version of Safelight. Reload this page to update.',
  'not-a-member': membersOnly,
  banned,
  'relay-full': 'It is full. Messages are kept on this device until it has room.',
}

export function relayProblemText(problem: NonNullable<RelayView['problem']>): string {
  return relayProblems[problem]
}
