// Bytes that may be in memory at once for requests that are under way: over all clients, and for one address,
// so that few slow clients cannot take what all have to share.

export interface ByteBudget {
  /** False: there is no room now. `address` undefined: only the bound over all counts. */
  claim(address: string | undefined, bytes: number): boolean
  release(address: string | undefined, bytes: number): void
}

export function createByteBudget(bounds: { readonly total: number; readonly perAddress: number }): ByteBudget {
  let held = 0
  const heldBy = new Map<string, number>()

  return {
    claim(address, bytes) {
      const own = address === undefined ? 0 : (heldBy.get(address) ?? 0)
      if (held + bytes > bounds.total || own + bytes > bounds.perAddress) return false
      held += bytes
      if (address !== undefined) heldBy.set(address, own + bytes)
      return true
    },
    release(address, bytes) {
      held -= bytes
      if (address === undefined) return
      const own = (heldBy.get(address) ?? 0) - bytes
      if (own > 0) heldBy.set(address, own)
      else heldBy.delete(address)
    },
  }
}
