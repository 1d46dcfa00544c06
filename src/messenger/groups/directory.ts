// The groups of this device as their logs tell them: held in memory, and every new operation stored before it counts. The
// one place that folds. Spec: docs/protocol.md §9.

import { toHex } from '../../protocol/bytes.ts'
import { advance, fold } from '../../protocol/group/fold.ts'
import type { Entry, GroupLog } from '../../protocol/group/log.ts'
import { emptyLog, takeOperations, unsafeReadLog } from '../../protocol/group/log.ts'
import type { GroupOperation, OpenedCertificates } from '../../protocol/group/operation.ts'
import { unsafeReadOperation, verifyOperation } from '../../protocol/group/operation.ts'
import type { GroupState, Member } from '../../protocol/group/state.ts'
import { headsFor } from '../../protocol/group/sync.ts'
import type { Context } from '../context.ts'
import { hexBytes } from '../ids.ts'
import { StorageError } from '../ports.ts'
import type { Change } from '../records/ledger.ts'

export interface Group {
  readonly id: string
  readonly log: GroupLog
  /** Undefined until its first operation is here. */
  readonly state: GroupState | undefined
}

export interface GroupDirectory {
  get(groupId: string): Group | undefined
  all(): IterableIterator<Group>
  /** My membership; undefined when I am no member, or no more. */
  me(groupId: string): Member | undefined
  /** The group that I made from a seed, in hexadecimal. */
  madeFrom(seed: string): string | undefined
  /** What something of mine is made under. */
  heads(groupId: string): readonly Uint8Array[]
  /** Of somebody else: those that verify. */
  verify(groupId: string, operations: readonly Uint8Array[]): readonly GroupOperation[]
  /** Once in a change for a group. What it gives is in force after the commit. */
  take(change: Change, groupId: string, operations: readonly GroupOperation[]): Taken
}

export interface Taken {
  readonly before: GroupState | undefined
  readonly after: Group
  /** What is new in the log, parents first. */
  readonly added: readonly Entry[]
}

export async function openDirectory({ tables, self }: Context): Promise<GroupDirectory> {
  const groups = new Map<string, Group>()
  /** Certificates of members come with each of their operations. */
  const opened: OpenedCertificates = new Map()
  const stored = Map.groupBy(await tables.groupOperations.list(), ({ key }) => key.slice(0, key.indexOf('/')))
  for (const [id, rows] of stored) {
    const operations = rows.map(({ row }) => {
      const operation = unsafeReadOperation(row.bytes)
      if (operation === undefined) throw new StorageError('damaged')
      return operation
    })
    const log = unsafeReadLog(hexBytes(id, 32), operations)
    groups.set(id, { id, log, state: fold(log) })
  }

  const myId = toHex(self.fingerprint)

  return {
    get: (groupId) => groups.get(groupId),
    all: () => groups.values(),
    me: (groupId) => groups.get(groupId)?.state?.members.get(myId),
    madeFrom(seed) {
      for (const [id, { log }] of groups) {
        const first = log.entries.get(id)?.operation
        if (first?.authorId === myId && first.action.kind === 'create' && toHex(first.action.seed) === seed) return id
      }
      return undefined
    },
    heads(groupId) {
      const group = groups.get(groupId)
      return group?.state === undefined ? [] : headsFor(group.log, group.state, self.fingerprint)
    },
    verify(groupId, operations) {
      const known = groups.get(groupId)?.log
      return operations
        .filter((bytes) => {
          // A signature costs more than a look: what is of another group, or here, needs none.
          const read = unsafeReadOperation(bytes)
          return read !== undefined && read.groupId === groupId && known?.entries.has(read.id) !== true
        })
        .flatMap((bytes) => verifyOperation(bytes, opened) ?? [])
    },
    take(change, groupId, operations) {
      const known = groups.get(groupId)
      const { log, added } = takeOperations(known?.log ?? emptyLog(hexBytes(groupId, 32)), operations)
      for (const { operation } of added)
        change.put(tables.groupOperations, `${groupId}/${operation.id}`, { bytes: operation.bytes })
      const after = { id: groupId, log, state: advance(known?.state, log, added) }
      change.after(() => groups.set(groupId, after))
      return { before: known?.state, after, added }
    },
  }
}
