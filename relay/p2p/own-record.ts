// What libp2p may remember about peers: itself, whose protocols it tells others. Every tab has a peer id of its own, so
// records of them would only pile up, and tell who was here.

import type { PeerId } from '@libp2p/interface'
import { NotFoundError } from '@libp2p/interface'
import type { createLibp2p } from 'libp2p'

type Datastore = NonNullable<NonNullable<Parameters<typeof createLibp2p>[0]>['datastore']>
type Key = Parameters<Datastore['has']>[0]

/** Keeps, in memory, the record of this peer alone. */
export function createOwnRecord(own: PeerId): Datastore {
  const ownKey = `/peers/${own.toCID().toString()}`
  let record: Uint8Array | undefined

  const isHeld = (key: Key): boolean => record !== undefined && key.toString() === ownKey
  const put = (key: Key, value: Uint8Array): Key => {
    if (key.toString() === ownKey) record = value
    return key
  }
  const get = (key: Key): Uint8Array => {
    if (record === undefined || !isHeld(key)) throw new NotFoundError('not remembered')
    return record
  }
  const remove = (key: Key): void => {
    if (isHeld(key)) record = undefined
  }

  return {
    has: isHeld,
    get,
    put,
    delete: remove,
    async *getMany(keys) {
      for await (const key of keys) yield { key, value: get(key) }
    },
    async *putMany(pairs) {
      for await (const { key, value } of pairs) yield put(key, value)
    },
    async *deleteMany(keys) {
      for await (const key of keys) {
        remove(key)
        yield key
      }
    },
    batch: () => ({ put: (key, value) => void put(key, value), delete: remove, commit: () => undefined }),
    // Nobody is asked for but the peer itself, which libp2p leaves out of its lists.
    *query() {},
    *queryKeys() {},
  }
}
