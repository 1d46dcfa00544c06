// Listeners as libp2p has them and light ones, told the same stories: the light ones have to do what the others do.

import { getEventListeners } from 'node:events'
import { TypedEventEmitter } from '@libp2p/interface'
import { describe, expect, it } from 'vitest'
import { lightenEvents } from '../../../relay/p2p/light-events.ts'

class Heavy extends TypedEventEmitter<Record<string, CustomEvent<number>>> {}
class Light extends TypedEventEmitter<Record<string, CustomEvent<number>>> {}
lightenEvents(Light.prototype)

describe.each([
  ['as libp2p has them', Heavy],
  ['that are light', Light],
])('listeners %s', (_name, Emitter) => {
  /** An emitter, and listeners that note their name and what they were told. */
  function setUp() {
    const emitter = new Emitter()
    const heard: string[] = []
    const listener = (name: string) => (event: CustomEvent<number>) => void heard.push(`${name}${event.detail}`)
    const emit = (type: string, detail = 0) => emitter.safeDispatchEvent(type, { detail })
    return { emitter, heard, listener, emit }
  }

  it('hear what they asked for, in their order, until they are removed', () => {
    const { emitter, heard, listener, emit } = setUp()
    const [a, b, c] = [listener('a'), listener('b'), listener('c')]
    emitter.addEventListener('x', a)
    emitter.addEventListener('x', b)
    emitter.addEventListener('y', c)
    emit('x', 1)
    emit('z', 2)
    emitter.removeEventListener('x', a)
    emitter.removeEventListener('x', a)
    emitter.removeEventListener('y', b)
    emit('x', 3)
    emit('y', 4)
    expect(heard).toEqual(['a1', 'b1', 'b3', 'c4'])
    expect(['x', 'y', 'z'].map((type) => emitter.listenerCount(type))).toEqual([1, 1, 0])
  })

  it('are added once, and may be added again after they were removed', () => {
    const { emitter, heard, listener, emit } = setUp()
    const a = listener('a')
    for (let times = 0; times < 3; times += 1) emitter.addEventListener('x', a)
    emit('x')
    emitter.removeEventListener('x', a)
    emitter.addEventListener('x', a, { once: true })
    emit('x', 1)
    emit('x', 2)
    expect(heard).toEqual(['a0', 'a1'])
    expect(emitter.listenerCount('x')).toBe(0)
  })

  it('that hear one event do so once, also when it is emitted from within', () => {
    const { emitter, heard, listener, emit } = setUp()
    emitter.addEventListener('x', listener('a'), { once: true })
    emitter.addEventListener('x', ({ detail }) => void (detail === 9 && emit('x', 1)))
    emitter.addEventListener('x', listener('b'))
    emit('x', 9)
    expect(heard).toEqual(['a9', 'b1', 'b9'])
  })

  it('that are removed meanwhile are not called, and those that are added hear the next one', () => {
    const { emitter, heard, listener, emit } = setUp()
    const [b, c] = [listener('b'), listener('c')]
    emitter.addEventListener('x', () => {
      emitter.removeEventListener('x', b)
      emitter.addEventListener('x', c)
    })
    emitter.addEventListener('x', b)
    emit('x', 1)
    expect(heard).toEqual([])
    emit('x', 2)
    expect(heard).toEqual(['c2'])
  })

  it('that throw keep neither the others nor the emitter from going on, and are not passed over in silence', async () => {
    const { emitter, heard, listener, emit } = setUp()
    const thrown = new Promise<unknown>((resolve) => process.setUncaughtExceptionCaptureCallback(resolve))
    try {
      emitter.addEventListener('x', () => {
        throw new Error('of a listener')
      })
      emitter.addEventListener('x', listener('b'))
      emit('x', 1)
      heard.push('on')
      expect(heard).toEqual(['b1', 'on'])
      expect(String(await thrown)).toBe('Error: of a listener')
    } finally {
      process.setUncaughtExceptionCaptureCallback(null)
    }
  })

  it('may have a signal, be objects, or capture', () => {
    const { emitter, heard, listener, emit } = setUp()
    const abort = new AbortController()
    const object = { handleEvent: listener('object') }
    emitter.addEventListener('x', listener('a'), { signal: abort.signal })
    emitter.addEventListener('x', object)
    emitter.addEventListener('x', listener('b'), true)
    expect(emitter.listenerCount('x')).toBe(3)
    emit('x', 1)
    abort.abort()
    emitter.removeEventListener('x', object)
    emit('x', 2)
    expect(heard.toSorted()).toEqual(['a1', 'b1', 'b2', 'object1'])
    expect(emitter.listenerCount('x')).toBe(1)
  })

  it('are not added with a signal that was aborted before', () => {
    const { emitter, heard, listener, emit } = setUp()
    emitter.addEventListener('x', listener('a'), { signal: AbortSignal.abort() })
    emit('x')
    expect(heard).toEqual([])
  })

  it('say whether one of them prevented what comes by itself', () => {
    const { emitter } = setUp()
    emitter.addEventListener('x', (event) => event.preventDefault())
    expect(emitter.dispatchEvent(new CustomEvent('x', { cancelable: true, detail: 1 }))).toBe(false)
    expect(emitter.dispatchEvent(new CustomEvent('y', { cancelable: true, detail: 1 }))).toBe(true)
  })
})

describe('an emitter that has listeners from before', () => {
  it('calls them, too', () => {
    class Late extends TypedEventEmitter<Record<string, CustomEvent<number>>> {}
    const emitter = new Late()
    const heard: string[] = []
    const before = () => void heard.push('before')
    emitter.addEventListener('x', before)
    lightenEvents(Late.prototype)
    lightenEvents(Late.prototype)
    emitter.addEventListener('x', () => void heard.push('after'))
    emitter.safeDispatchEvent('x')
    expect(heard.toSorted()).toEqual(['after', 'before'])
    emitter.removeEventListener('x', before)
    emitter.safeDispatchEvent('x')
    expect(heard).toHaveLength(3)
    expect(emitter.listenerCount('x')).toBe(1)
  })
})

describe('a light listener', () => {
  it('is not known to EventTarget, which would keep more of it', () => {
    const emitter = new Light()
    emitter.addEventListener('x', () => undefined)
    emitter.addEventListener('y', () => undefined, { once: true })
    expect(getEventListeners(emitter, 'x').length + getEventListeners(emitter, 'y').length).toBe(0)
  })
})
