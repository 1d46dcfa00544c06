// Typed events over the platform's EventTarget.

import type { MessengerEvents } from './api.ts'

export class EventHub extends EventTarget {
  emit<K extends keyof MessengerEvents>(type: K, detail: MessengerEvents[K]): void {
    this.dispatchEvent(new CustomEvent(type, { detail }))
  }
}

/** Events of a type are dispatched with that type's detail only, by `EventHub.emit`. */
export function asListener<T>(listener: (event: CustomEvent<T>) => void): EventListener {
  return listener as EventListener
}
