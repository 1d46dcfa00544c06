// Who gets what I post: those who follow me with my word.

import type { ContactView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'

export function useFollowers(): readonly ContactView[] {
  const { model } = useApp()
  return (model.contacts.value ?? []).filter(({ state, followsMe }) => state === 'accepted' && followsMe === 'approved')
}

export function followersText(count: number): string {
  if (count === 0) return 'Goes to nobody: nobody follows you yet'
  return `Goes to ${count} ${count === 1 ? 'follower' : 'followers'}`
}
