// The sentences for what a scanned code says. Apart from the others: the first page does not need them.

import type { CodeResult } from '../../../messenger/api.ts'

/** What a scanned code says about a contact of this name. */
export function codeText(result: CodeResult, name: string): string {
  switch (result) {
    case 'match':
      return `It matches: you and ${name} know each other under the right keys, and nobody sits between you.`
    case 'not-me':
      return `It does not match: this is ${name}’s code, but for another account than yours. Make sure that ${name} opened Verify in the conversation with you. If they did, send nothing private and exchange new invites.`
    case 'not-them':
      return `It does not match: this code is of another account than the one you write to as ${name}. If it is on ${name}’s screen, somebody else may be reading: send nothing private and exchange new invites.`
    case 'own':
      return `This is your own code. Scan the one on ${name}’s screen.`
    case 'newer':
      return 'This code was made by a newer Safelight. Reload this page to update, then scan it again.'
    case 'no-code':
      return `This is no code for verifying. On ${name}’s screen, open the conversation with you, its details, and Verify.`
  }
}
