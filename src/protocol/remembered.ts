// What was once made of something that never changes, kept as long as that is: an imported key as long as its bytes, the
// encoding of a list as long as the list.

/** `make`, called once for each object (not for each content). Objects given to it are not changed in place any more. */
export function remembered<Key extends object, Made>(make: (key: Key) => Made): (key: Key) => Made {
  const made = new WeakMap<Key, { readonly value: Made }>()
  return (key) => {
    let entry = made.get(key)
    if (entry === undefined) made.set(key, (entry = { value: make(key) }))
    return entry.value
  }
}
