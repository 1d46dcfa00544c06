import { describe, expect, it } from 'vitest'
import { blockBytes, readAhead } from '../../src/messenger/transfer/read-ahead.ts'
import { equalBytes } from '../../src/protocol/bytes.ts'

const sizeBytes = 3 * blockBytes + 12_345
const content = new Uint8Array(sizeBytes).map((_, at) => (at * 31 + (at >> 10)) & 0xff)

describe('reading ahead', () => {
  it('gives the bytes that were asked for, also across blocks and at the end', async () => {
    const { source } = fileOf(content)
    const ahead = readAhead(source)
    expect(ahead.sizeBytes).toBe(sizeBytes)
    const step = 262_112
    for (let start = 0; start < sizeBytes; start += step) {
      const end = Math.min(sizeBytes, start + step)
      expect(equalBytes(await ahead.read(start, end), content.subarray(start, end)), `from ${start}`).toBe(true)
    }
    expect(await ahead.read(sizeBytes, sizeBytes)).toEqual(new Uint8Array(0))
  })

  it('reads each block of the file once, however many ask at a time', async () => {
    const { source, reads } = fileOf(content)
    const ahead = readAhead(source)
    const starts = Array.from({ length: Math.floor(sizeBytes / 1000) }, (_, index) => index * 1000)
    for (let from = 0; from < starts.length; from += 4)
      await Promise.all(starts.slice(from, from + 4).map((start) => ahead.read(start, start + 1000)))
    expect(reads).toEqual([
      [0, blockBytes],
      [blockBytes, 2 * blockBytes],
      [2 * blockBytes, 3 * blockBytes],
      [3 * blockBytes, sizeBytes],
    ])
  })

  it('asks for the next block before the first one is used up, and for none behind the end', async () => {
    const { source, reads } = fileOf(content.subarray(0, blockBytes + 1))
    await readAhead(source).read(0, 10)
    expect(reads).toEqual([
      [0, blockBytes],
      [blockBytes, blockBytes + 1],
    ])
  })

  it('reads a small file as it is', async () => {
    const { source, reads } = fileOf(content.subarray(0, 100))
    expect(await readAhead(source).read(0, 100)).toEqual(content.subarray(0, 100))
    expect(reads).toEqual([[0, 100]])
  })

  it('fails when the block fails, and not before somebody wants it', async () => {
    const failure = new Error('vanished')
    const ahead = readAhead({
      sizeBytes,
      read: async (start, end) => {
        if (start > 0) throw failure
        return content.slice(start, end)
      },
    })
    expect(await ahead.read(0, 10)).toEqual(content.subarray(0, 10))
    await expect(ahead.read(blockBytes - 5, blockBytes + 5)).rejects.toBe(failure)
  })

  it('calls a file damaged that ends before its size', async () => {
    const ahead = readAhead({ sizeBytes, read: async (start, end) => content.slice(start, end - 1) })
    await expect(ahead.read(0, 10)).rejects.toMatchObject({ code: 'damaged' })
  })
})

function fileOf(bytes: Uint8Array) {
  const reads: [start: number, end: number][] = []
  const source = {
    sizeBytes: bytes.length,
    read: async (start: number, end: number) => {
      reads.push([start, end])
      return bytes.slice(start, end)
    },
  }
  return { source, reads }
}
