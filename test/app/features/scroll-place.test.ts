import { afterEach, expect, it } from 'vitest'

afterEach(() => Reflect.deleteProperty(globalThis, 'sessionStorage'))

it('is forgotten where site data is blocked and even asking for storage throws', async () => {
  Object.defineProperty(globalThis, 'sessionStorage', {
    configurable: true,
    get() {
      throw new DOMException('blocked', 'SecurityError')
    },
  })
  const { savedPlace, savePlace } = await import('../../../src/app/features/conversation/scroll-place.ts')
  savePlace('c0', { order: 1, offsetPx: 0 })
  expect(savedPlace('c0')).toBeUndefined()
})
