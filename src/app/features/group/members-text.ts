// Who is in a group, in one line: `Ana, Bo, you and 3 more`.

import type { GroupView } from '../../../messenger/api.ts'

type People = Pick<GroupView, 'isMember' | 'members'>

/** More names than this are a crowd. */
const namesMost = 4

export function MembersText({ group }: { readonly group: People }): string {
  return membersText(group)
}

export function membersText({ isMember, members }: People): string {
  if (!isMember) return 'You are not in this group any more'
  const others = members.filter(({ isMe }) => !isMe).map(({ name }) => name)
  if (others.length === 0) return 'Only you so far'
  const isFew = members.length <= namesMost
  const named = isFew ? others : others.slice(0, 2)
  const last = isFew ? 'you' : `${others.length - named.length} more`
  return `${[...named, ...(isFew ? [] : ['you'])].join(', ')} and ${last}`
}
