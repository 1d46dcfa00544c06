// The decoder for HEIC is fetched when it is needed; that may fail.

import { expect, it, vi } from 'vitest'
import { loadLibheif } from '../../src/media/worker/heic/libheif.ts'

const create = vi.hoisted(() => vi.fn<() => object>())
vi.mock('libheif-js/libheif-wasm/libheif-bundle.mjs', () => ({ default: create }))

it('says that it could not be loaded, tries again with the next photo, and loads it once', async () => {
  create.mockImplementationOnce(() => {
    throw new WebAssembly.CompileError('blocked')
  })
  await expect(loadLibheif()).rejects.toMatchObject({ name: 'MediaError', code: 'not-loaded' })
  create.mockReturnValue({})
  const loaded = await loadLibheif()
  expect(await loadLibheif()).toBe(loaded)
  expect(create).toHaveBeenCalledTimes(2)
})
