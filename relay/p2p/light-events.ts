// Makes listeners of libp2p's objects small. A person connected is five objects with events, and some 23 listeners on
// them. TypedEventEmitter keeps each twice, in a list of its own and in Node's EventTarget, with two closures and two
// objects of options: half a KiB each, more than a third of what an idle connection held.
//
// Here a listener is one entry in one list of its object. What is rare stays as it was: listeners that are objects, with a
// signal, or that capture. So do listeners from before. Light ones come first. For them `event.target`
// is not set, and a promise that one returns is left to Node.

import { TypedEventEmitter } from '@libp2p/interface'

interface Entry {
  readonly type: string
  readonly listener: (event: Event) => void
  readonly once: boolean
}

const light = Symbol('light listeners')

interface Emitter extends EventTarget {
  /** Replaced when it changes: an event that is under way goes on with the one it began with. */
  [light]?: readonly Entry[]
  listenerCount(type: string): number
}

/** Of all emitters of this class in the process, from now on. Doing it again changes nothing. */
export function lightenEvents(prototype: Emitter = TypedEventEmitter.prototype): void {
  if (Object.hasOwn(prototype, light)) return
  // What it was.
  const heavy: Emitter = Object.create(Object.getPrototypeOf(prototype), Object.getOwnPropertyDescriptors(prototype))

  function add(this: Emitter, ...all: Parameters<EventTarget['addEventListener']>): void {
    const [type, listener, options] = all
    if (typeof listener !== 'function' || !isPlain(options)) return heavy.addEventListener.apply(this, all)
    const entries = this[light] ?? []
    if (entries.some((entry) => entry.type === type && entry.listener === listener)) return
    this[light] = [...entries, { type, listener, once: typeof options === 'object' && options.once === true }]
  }

  function remove(this: Emitter, ...all: Parameters<EventTarget['removeEventListener']>): void {
    const [type, listener] = all
    const entries = this[light] ?? []
    const index = entries.findIndex((entry) => entry.type === type && entry.listener === listener)
    if (index >= 0) this[light] = entries.toSpliced(index, 1)
    if (heavy.listenerCount.call(this, type) > 0) heavy.removeEventListener.apply(this, all)
  }

  function count(this: Emitter, type: string): number {
    const entries = this[light] ?? []
    return entries.filter((entry) => entry.type === type).length + heavy.listenerCount.call(this, type)
  }

  function dispatch(this: Emitter, event: Event): boolean {
    const { type } = event
    for (const entry of this[light] ?? []) {
      // One that a listener before it removed is not called any more.
      if (entry.type !== type || this[light]?.includes(entry) !== true) continue
      if (entry.once) remove.call(this, type, entry.listener)
      callApart(entry.listener, event)
    }
    return heavy.listenerCount.call(this, type) > 0 ? heavy.dispatchEvent.call(this, event) : !event.defaultPrevented
  }

  const methods = { addEventListener: add, removeEventListener: remove, listenerCount: count, dispatchEvent: dispatch }
  Object.assign(prototype, methods, { [light]: [] })
}

function isPlain(options: Parameters<EventTarget['addEventListener']>[2]): boolean {
  return !options || (options !== true && !options.signal && options.capture !== true)
}

/** As EventTarget does: a listener that throws keeps neither the others nor whoever dispatches from going on. */
function callApart(listener: (event: Event) => void, event: Event): void {
  try {
    listener(event)
  } catch (error) {
    process.nextTick(() => {
      throw error
    })
  }
}
