// Who reads what is still on its way, and what they wait for.

import { describe, expect, it } from 'vitest'
import type { BlobRow } from '../../src/messenger/records/rows.ts'
import { blobRow } from '../../src/messenger/records/shapes/blob.ts'
import { openTables } from '../../src/messenger/records/tables.ts'
import { createAwaitedSegments } from '../../src/messenger/transfer/awaited-segments.ts'
import { encodeWith } from '../../src/protocol/cbor/codec.ts'
import { createMemoryDisk, openMemoryStorage } from '../../src/storage/memory.ts'

const bytes = Uint8Array.of(7)

async function waiting() {
  const here = new Set<number>()
  const hurried: string[] = []
  let state: BlobRow['state'] = 'wanted'
  let onLook = (): void => {}
  const row = (): BlobRow => ({ messageId: 'm', role: 'display', segmentCount: 9, state, readers: [] })
  const disk = await openMemoryStorage(createMemoryDisk(), (length) => new Uint8Array(length))
  const tables = await openTables({
    ...disk.store,
    get(store, key) {
      if (store !== 'blobs') return disk.store.get(store, key)
      onLook()
      return Promise.resolve(encodeWith(blobRow, row()))
    },
  })
  const awaited = createAwaitedSegments({
    tables,
    blobs: { ...disk.blobs, read: (_, index) => Promise.resolve(here.has(index) ? bytes : undefined) },
    background: (work) => void work,
  })
  const wait = (index: number, signal = new AbortController().signal) =>
    awaited.wait('b', index, signal, (messageId) => hurried.push(messageId))
  return {
    awaited,
    hurried,
    wait,
    store(index: number) {
      here.add(index)
      awaited.stored('b', index)
    },
    become: (next: BlobRow['state']) => void (state = next),
    whenLookedUp: (then: () => void) => void (onLook = then),
    here,
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve))

describe('segments that are waited for', () => {
  it('are told, the newest wish first, until they are here', async () => {
    const { awaited, wait, store, hurried } = await waiting()
    const both = [wait(3), wait(5)]
    await settled()
    expect(awaited.of('b')).toEqual([5, 3])
    expect(hurried).toEqual(['m', 'm'])
    const again = wait(3)
    await settled()
    expect(awaited.of('b')).toEqual([3, 5])
    store(3)
    expect(await again).toBe(bytes)
    expect(awaited.of('b')).toEqual([5])
    store(5)
    expect(await Promise.all(both)).toEqual([bytes, bytes])
    expect(awaited.of('b')).toEqual([])
  })

  it('are not told any more when the one who waited has left', async () => {
    const { awaited, wait } = await waiting()
    const leave = new AbortController()
    const left = wait(3, leave.signal).catch((error: unknown) => error)
    await settled()
    leave.abort()
    expect(await left).toBe(leave.signal.reason)
    expect(awaited.of('b')).toEqual([])
  })

  it('are looked for again by all when something has changed', async () => {
    const { awaited, wait, hurried, become } = await waiting()
    const read = wait(3).catch((error: unknown) => error)
    await settled()
    awaited.wakeAll('b')
    await settled()
    expect(hurried).toHaveLength(2)
    expect(awaited.of('b')).toEqual([3])
    become('damaged')
    awaited.wakeAll('b')
    expect(await read).toMatchObject({ name: 'StorageError', code: 'damaged' })
  })

  it('are waited for no longer when the download was given up', async () => {
    const { awaited, wait, become } = await waiting()
    const read = wait(3).catch((error: unknown) => error)
    await settled()
    become('offered')
    awaited.wakeAll('b')
    expect(await read).toMatchObject({ name: 'MediaError', code: 'cancelled' })
    expect(awaited.of('b')).toEqual([])
  })

  it('are given though the last of it comes between two looks', async () => {
    const { wait, here, become, whenLookedUp } = await waiting()
    whenLookedUp(() => {
      here.add(3)
      become('complete')
    })
    expect(await wait(3)).toBe(bytes)
  })
})
