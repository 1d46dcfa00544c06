// What a new operation of a group looks like in its conversation. Only what counts has a line; of what is undone by a
// concurrent operation later the line stays, as people saw it happen.

import type { GroupOperation } from '../../protocol/group/operation.ts'
import type { GroupState } from '../../protocol/group/state.ts'
import type { LineRow } from '../records/rows.ts'

export function lineOf(operation: GroupOperation, state: GroupState): LineRow | undefined {
  if (state.ignored.has(operation.id)) return undefined
  const { action, authorId: by, memberId: who = '' } = operation
  switch (action.kind) {
    case 'create':
      return { kind: 'created', by, name: action.name }
    case 'add':
      return { kind: 'added', by, who }
    case 'remove':
      return { kind: 'removed', by, who }
    case 'leave':
      return { kind: 'left', who }
    case 'rename':
      return { kind: 'renamed', by, name: action.name }
    case 'admin':
      return { kind: 'admin', by, who, isAdmin: action.isAdmin }
    case 'timer':
      return { kind: 'timer', by, lifeMs: action.timerMs }
    case 'picture':
      return { kind: 'picture', by, isThere: action.manifest !== undefined }
    case 'settings':
    case 'address':
    case 'revoke':
    case 'unknown':
      return undefined
  }
}
