// Scratch files: what a muxer writes comes out again, and nothing of it can be read without the key.

import { expect, it } from 'vitest'
import { memoryStore } from '../../src/media/shared/scratch/memory-store.ts'
import type { ScratchFile } from '../../src/media/shared/scratch/scratch-file.ts'
import { scratchBlockBytes, scratchSource } from '../../src/media/shared/scratch/scratch-file.ts'
import { createScratchWriter } from '../../src/media/shared/scratch/scratch-writer.ts'
import { latin1 } from './bytes.ts'

async function written(...writes: readonly (readonly [position: number, data: Uint8Array])[]): Promise<ScratchFile> {
  const writer = await createScratchWriter(memoryStore())
  const stream = writer.writable.getWriter()
  for (const [position, data] of writes) await stream.write({ type: 'write', data: data.slice(), position })
  await stream.close()
  return await writer.finish()
}

function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) & 0xff)
}

it.each([1, scratchBlockBytes - 1, scratchBlockBytes, scratchBlockBytes + 1, 3 * scratchBlockBytes + 7])(
  'gives back what was written, whole and in parts: %i bytes',
  async (length) => {
    const bytes = pattern(length)
    const middle = Math.floor(length / 3)
    const file = await written([0, bytes.subarray(0, middle)], [middle, bytes.subarray(middle)])
    const source = scratchSource(file)
    expect(source.sizeBytes).toBe(length)
    expect(await source.read(0, length)).toEqual(bytes)
    const [start, end] = [Math.floor(length / 2), Math.ceil(length * 0.9)]
    expect(await source.read(start, end)).toEqual(bytes.slice(start, end))
    expect(await source.read(length, length)).toEqual(new Uint8Array())
  },
)

it('lets the beginning be corrected at the end', async () => {
  const bytes = pattern(2 * scratchBlockBytes)
  const file = await written([0, bytes], [4, latin1('size')], [bytes.length, latin1('moov')])
  expect(await scratchSource(file).read(0, 10)).toEqual(
    Uint8Array.of(...bytes.slice(0, 4), ...latin1('size'), ...bytes.slice(8, 10)),
  )
  expect(await scratchSource(file).read(bytes.length, bytes.length + 4)).toEqual(latin1('moov'))
})

it('bears a write that overlaps the end', async () => {
  const file = await written([0, latin1('abcdef')], [4, latin1('EFGH')])
  expect(await scratchSource(file).read(0, 8)).toEqual(latin1('abcdEFGH'))
})

it('seals each block once: a nonce is never used for other bytes', async () => {
  await expect(written([0, pattern(3 * scratchBlockBytes)], [scratchBlockBytes, latin1('x')])).rejects.toThrow('final')
  await expect(written([0, pattern(scratchBlockBytes)], [scratchBlockBytes - 1, latin1('xy')])).resolves.toBeDefined()
  await expect(written([7, latin1('x')])).rejects.toThrow('gap')
})

it('holds nothing that can be read without its key, which cannot be taken out', async () => {
  const secret = latin1('the garden behind the house')
  const file = await written([0, secret])
  expect(await file.file.text()).not.toContain('garden')
  expect(file.key.extractable).toBe(false)
  const other = await written([0, secret])
  await expect(scratchSource({ ...file, key: other.key }).read(0, 4)).rejects.toMatchObject({ code: 'unreadable' })
})

it('notices that blocks were changed, swapped or cut off', async () => {
  const file = await written([0, pattern(2 * scratchBlockBytes)])
  const sealed = await file.file.arrayBuffer()
  const half = sealed.byteLength / 2
  for (const changed of [
    new Blob([sealed.slice(half), sealed.slice(0, half)]),
    new Blob([sealed.slice(0, half - 1)]),
    new Blob(),
  ]) {
    const read = scratchSource({ ...file, file: changed }).read(0, 10)
    await expect(read).rejects.toMatchObject({ name: 'MediaError', code: 'unreadable' })
  }
})

it('reads nothing outside of the file', async () => {
  const source = scratchSource(await written([0, latin1('abc')]))
  await expect(source.read(-1, 2)).rejects.toMatchObject({ code: 'damaged' })
  await expect(source.read(0, 4)).rejects.toMatchObject({ code: 'damaged' })
})

it('is nothing when nothing was written', async () => {
  await expect(written()).rejects.toMatchObject({ code: 'damaged' })
})

it('takes no more memory than allowed where there are no files', async () => {
  const store = memoryStore()
  const block = new Uint8Array(48 * 1024 * 1024)
  await store.write(0, block)
  await store.write(1, block)
  expect(() => store.write(2, new Uint8Array(1))).toThrow('no-room')
})
