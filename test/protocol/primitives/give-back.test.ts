import { expect, it } from 'vitest'
import { giveBack } from '../../../src/protocol/primitives/give-back.ts'

it('takes the memory of whole buffers, also twice', () => {
  const bytes = new Uint8Array(1000)
  giveBack(bytes)
  expect(bytes.buffer.detached).toBe(true)
  giveBack(bytes)
  expect(bytes.length).toBe(0)
})

it('leaves a part of a larger buffer alone: others use the rest', () => {
  const whole = new Uint8Array(1000).fill(7)
  giveBack(whole.subarray(0, 999))
  giveBack(whole.subarray(1))
  expect(whole.every((byte) => byte === 7)).toBe(true)
})

it('leaves memory alone that cannot be handed over', () => {
  const shared = new Uint8Array(new SharedArrayBuffer(10)).fill(7)
  giveBack(shared)
  expect([...shared]).toEqual(Array.from({ length: 10 }, () => 7))
})

it('does not hold on to what it took', async () => {
  const before = process.memoryUsage().arrayBuffers
  for (let round = 0; round < 1000; round++) {
    giveBack(new Uint8Array(256 * 1024))
    if (round % 10 === 0) await new Promise(setImmediate)
  }
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024)
})
