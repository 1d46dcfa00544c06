// Who follows whom, in words.

import type { ContactView } from '../../../messenger/api.ts'

type Follow = Pick<ContactView, 'state' | 'following' | 'followsMe' | 'approvesMe'>

export function followWords({ state, following, followsMe, approvesMe }: Follow): readonly string[] {
  return [...(following ? [mine(state, approvesMe)] : []), ...(followsMe === 'no' ? [] : [theirs[followsMe]])]
}

const theirs = {
  asked: 'Asks to follow you: that needs your word.',
  approved: 'Follows you, and gets your posts.',
} as const

function mine(state: ContactView['state'], approvesMe: boolean | undefined): string {
  if (state === 'blocked') return 'You follow, and blocked them.'
  if (state === 'asked') return 'You follow. They are told when they have accepted your request.'
  if (approvesMe === undefined) return 'You follow, and wait for their word.'
  return approvesMe ? 'You follow, and get their posts.' : 'You follow. They do not give you their posts.'
}
