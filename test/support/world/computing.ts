// Whether WebCrypto is computing something in its threads: time that a story's clock must not run past.

let running = 0

const finished = (): void => {
  running -= 1
}

const prototype: object = SubtleCrypto.prototype
for (const name of Object.getOwnPropertyNames(prototype)) {
  const method: unknown = Reflect.get(prototype, name)
  if (name === 'constructor' || typeof method !== 'function') continue
  const counted = function (this: unknown, ...input: unknown[]): unknown {
    running += 1
    const result: unknown = Reflect.apply(method, this, input)
    Promise.resolve(result).then(finished, finished)
    return result
  }
  Reflect.defineProperty(prototype, name, { value: counted, writable: true, configurable: true, enumerable: true })
}

export function isComputing(): boolean {
  return running > 0
}
