// What was once made from a key, kept as long as the key itself: importing or expanding one costs as much as using it,
// and the key of an epoch is used when it is made and again when it is answered.

import type { Bytes } from '../../bytes.ts'

/** `make`, called once for each array (not for each content): keys are never changed in place. */
export function remembered<T>(make: (key: Bytes) => T): (key: Bytes) => T {
  const made = new WeakMap<Bytes, { readonly value: T }>()
  return (key) => {
    let entry = made.get(key)
    if (entry === undefined) made.set(key, (entry = { value: make(key) }))
    return entry.value
  }
}
