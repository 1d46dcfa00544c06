// An operation of mine: made under all heads that this device knows.

import { fromHex } from '../../protocol/bytes.ts'
import type { GroupAction } from '../../protocol/group/action.ts'
import type { GroupOperation } from '../../protocol/group/operation.ts'
import { signOperation } from '../../protocol/group/operation.ts'
import type { Context } from '../context.ts'
import { StorageError } from '../ports.ts'
import type { GroupDirectory } from './directory.ts'

export function createOperation(
  { self, clock }: Context,
  directory: Pick<GroupDirectory, 'heads'>,
  groupId: string,
  action: Exclude<GroupAction, { kind: 'create' | 'unknown' }>,
): GroupOperation {
  const group = fromHex(groupId)
  if (group === undefined) throw new StorageError('damaged')
  return signOperation(self.identity, { group, parents: directory.heads(groupId), atMs: clock.now(), action })
}
