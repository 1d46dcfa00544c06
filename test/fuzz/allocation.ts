// Counts what a decoder allocates because of a number in its input: every buffer that is made by its length.

const names = ['ArrayBuffer', 'Uint8Array', 'Uint16Array', 'Uint32Array', 'Float64Array', 'BigUint64Array'] as const

let allocated = 0

/** Bytes of buffers that were made by length since the last call. Copies of the input (`slice`) are not among them. */
export function takeAllocated(): number {
  const bytes = allocated
  allocated = 0
  return bytes
}

/** Replaces the constructors for as long as `work` runs. */
export async function countingAllocations(work: () => Promise<void>): Promise<void> {
  const originals = names.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const)
  for (const [name, descriptor] of originals) {
    const original: unknown = descriptor?.value
    if (typeof original !== 'function') continue
    const bytesPerElement = 'BYTES_PER_ELEMENT' in original ? Number(original.BYTES_PER_ELEMENT) : 1
    const counting = new Proxy(original, {
      construct(target, args, newTarget) {
        if (typeof args[0] === 'number') allocated += args[0] * bytesPerElement
        const made: unknown = Reflect.construct(target, args, newTarget === counting ? target : newTarget)
        if (typeof made !== 'object' || made === null) throw new TypeError('no object')
        return made
      },
    })
    Object.defineProperty(globalThis, name, { ...descriptor, value: counting })
  }
  try {
    await work()
  } finally {
    for (const [name, descriptor] of originals) {
      if (descriptor !== undefined) Object.defineProperty(globalThis, name, descriptor)
    }
  }
}
