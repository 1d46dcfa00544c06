// How a browser says that something failed differs from browser to browser, and not all of them can be made to fail on
// demand. Simulated here; the quota of a real browser is in browser.browser.test.ts.

import 'fake-indexeddb/auto'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { StorageErrorCode } from '../../src/messenger/ports.ts'
import { utf8 } from '../../src/protocol/bytes.ts'
import { domStorageError } from '../../src/storage/browser/dom-error.ts'
import { openIdbRows } from '../../src/storage/browser/idb-rows.ts'
import { acquireProfileLock } from '../../src/storage/browser/profile-lock.ts'
import { profileNames } from '../../src/storage/browser/profile-name.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

const before = { kind: 'put', store: 's', key: 'a', value: utf8('before') } as const
const after = { kind: 'put', store: 's', key: 'a', value: utf8('after') } as const
const another = { kind: 'put', store: 's', key: 'b', value: utf8('another') } as const

/** The second `put` of a commit fails this way; the first one goes through. */
function failSecondPut(fail: (store: IDBObjectStore) => IDBRequest<IDBValidKey>): void {
  const put = IDBObjectStore.prototype.put
  let calls = 0
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
    return ++calls === 2 ? fail(this) : put.call(this, value, key)
  })
}

describe('a commit that fails', () => {
  it('by a request that fails, says why and changes nothing', async () => {
    const store = await openIdbRows('request-fails')
    await store.commit([before])
    // `add` on a key that is there fails as a request does when Firefox has no room.
    failSecondPut((rows) => rows.add(utf8('x'), ['s', 'a']))
    await expect(store.commit([after, another])).rejects.toMatchObject({ name: 'StorageError', code: 'unavailable' })
    expect(await store.list('s')).toEqual([{ key: 'a', value: utf8('before') }])
    await store.close()
  })

  it('by a transaction that the browser ends, says that the disk is full and changes nothing', async () => {
    const store = await openIdbRows('transaction-fails')
    await store.commit([before])
    failSecondPut((rows) => {
      const request = rows.add(utf8('x'), ['s', 'c'])
      rows.transaction.abort()
      Object.defineProperty(rows.transaction, 'error', { value: new DOMException('', 'QuotaExceededError') })
      return request
    })
    await expect(store.commit([after, another])).rejects.toMatchObject({ name: 'StorageError', code: 'full' })
    expect(await store.list('s')).toEqual([{ key: 'a', value: utf8('before') }])
    await store.close()
  })

  it('before it is all asked for, takes back what it asked for', async () => {
    const store = await openIdbRows('put-throws')
    await store.commit([before])
    failSecondPut(() => {
      throw new DOMException('', 'QuotaExceededError')
    })
    await expect(store.commit([after, another])).rejects.toMatchObject({ name: 'StorageError', code: 'full' })
    expect(await store.list('s')).toEqual([{ key: 'a', value: utf8('before') }])
    await store.close()
  })
})

describe('a failure of the browser', () => {
  it('has a code of ours', () => {
    const codes: readonly (readonly [string, StorageErrorCode])[] = [
      ['QuotaExceededError', 'full'],
      ['InvalidStateError', 'closed'],
      ['NoModificationAllowedError', 'locked'],
      ['NotReadableError', 'damaged'],
      ['VersionError', 'unavailable'],
      ['SecurityError', 'unavailable'],
      ['UnknownError', 'unavailable'],
    ]
    for (const [name, code] of codes) {
      const cause = new DOMException('the path of something', name)
      expect(domStorageError(cause)).toMatchObject({ code, cause, message: `storage: ${code}` })
    }
    expect(domStorageError('not even an error').code).toBe('unavailable')
  })

  it('is told when there are no locks', async () => {
    vi.stubGlobal('navigator', {})
    await expect(acquireProfileLock({ name: 'p' })).rejects.toMatchObject({ code: 'unavailable' })
  })
})

it('takes no profile name that could be part of another name or path', () => {
  for (const name of ['', '..', 'a/b', 'a b', 'é', 'a'.repeat(65)]) expect(() => profileNames(name)).toThrow(TypeError)
  expect(new Set(Object.values(profileNames('ana'))).size).toBe(5)
})
