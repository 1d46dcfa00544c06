import { expect, it } from 'vitest'
import { equalBytes } from '../../../src/protocol/bytes.ts'
import { createDeviceKey, deriveSlotKey, deviceSaltBytes } from '../../../src/protocol/primitives/device-key.ts'

const salt = (fill: number): Uint8Array => new Uint8Array(deviceSaltBytes).fill(fill)

it('keeps its bytes to itself', async () => {
  const { deviceKey } = await createDeviceKey()
  expect(deviceKey).toMatchObject({ type: 'secret', extractable: false })
})

it('derives 32 bytes that depend on the key and on the salt, and on nothing else', async () => {
  const [ana, bo] = [await createDeviceKey(), await createDeviceKey()]
  const slotKey = await deriveSlotKey(ana, salt(1))
  expect(slotKey.length).toBe(32)
  expect(equalBytes(await deriveSlotKey(ana, salt(1)), slotKey)).toBe(true)
  expect(equalBytes(await deriveSlotKey(ana, salt(2)), slotKey)).toBe(false)
  expect(equalBytes(await deriveSlotKey(bo, salt(1)), slotKey)).toBe(false)
})

it('survives being stored', async () => {
  const key = await createDeviceKey()
  const stored = structuredClone(key)
  expect(await deriveSlotKey(stored, salt(1))).toEqual(await deriveSlotKey(key, salt(1)))
})

it('takes a salt of 32 bytes only', async () => {
  const key = await createDeviceKey()
  for (const length of [0, 31, 33])
    await expect(deriveSlotKey(key, new Uint8Array(length))).rejects.toMatchObject({ code: 'usage' })
})
