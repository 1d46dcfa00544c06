// Bytes in memory that wait for a client: to be taken, or to become whole. They are bounded for one address and over all.
// Who comes is never refused: when there is no room, somebody who waits is cut.
//
// [Note: Who is cut] Beyond its own bound an address loses what it has left waiting for longest. Beyond the bound over all, the
// address that holds most does. So few addresses that take nothing cannot shut anybody out: they hold most, and whoever
// takes what they asked for holds little, and not for long.

export interface HeldBytes {
  /**
   * Counts bytes until they are released. `cut` is called at most once, and perhaps before this returns; by then they are
   * released already.
   * @param address undefined: only the bound over all counts
   */
  hold(address: string | undefined, bytes: number, cut: () => void): Held
}

export interface Held {
  /** How many they are by now; of no effect after the release. */
  set(bytes: number): void
  /** Safe to call twice. */
  release(): void
}

interface Entry {
  bytes: number
  isHeld: boolean
  readonly owner: Owner
  readonly cut: () => void
}

interface Owner {
  readonly address: string | undefined
  bytes: number
  /** Who waits longest is first. */
  readonly entries: Set<Entry>
}

export function createHeldBytes(bounds: { readonly total: number; readonly perAddress: number }): HeldBytes {
  const owners = new Map<string | undefined, Owner>()
  let total = 0

  function change(entry: Entry, bytes: number): void {
    if (!entry.isHeld) return
    const added = bytes - entry.bytes
    entry.bytes = bytes
    entry.owner.bytes += added
    total += added
    if (added > 0) makeRoom(entry.owner)
  }

  function makeRoom(owner: Owner): void {
    while (owner.address !== undefined && owner.bytes > bounds.perAddress && cutOldest(owner));
    while (total > bounds.total && cutOldest(largest()));
  }

  /** False: there was nothing to cut. */
  function cutOldest(owner: Owner | undefined): boolean {
    const [oldest] = owner?.entries ?? []
    if (oldest === undefined) return false
    release(oldest)
    oldest.cut()
    return true
  }

  function largest(): Owner | undefined {
    let found: Owner | undefined
    for (const owner of owners.values()) if (found === undefined || owner.bytes > found.bytes) found = owner
    return found
  }

  function release(entry: Entry): void {
    const { owner } = entry
    if (!entry.isHeld) return
    entry.isHeld = false
    owner.entries.delete(entry)
    owner.bytes -= entry.bytes
    total -= entry.bytes
    // Another with this address may have come since.
    if (owner.entries.size === 0 && owners.get(owner.address) === owner) owners.delete(owner.address)
  }

  return {
    hold(address, bytes, cut) {
      const owner = owners.get(address) ?? { address, bytes: 0, entries: new Set() }
      owners.set(address, owner)
      const entry = { bytes: 0, isHeld: true, owner, cut }
      owner.entries.add(entry)
      change(entry, bytes)
      return { set: (next) => change(entry, next), release: () => release(entry) }
    },
  }
}
