// Bytes in memory that wait for a client: to be taken, or to become whole. They are bounded for one address and over all.
//
// [Note: Who is cut] Behind one address may be a school on a slow line, where everybody waits for everybody. So beyond its own
// bound an address loses what has not moved for a while, longest first; while all of it moves, whoever comes is refused, and
// those who wait get what they asked for. Beyond the bound over all, the address that holds most loses what moved longest ago.
// So few addresses that take nothing cannot shut anybody else out: they hold most, and whoever takes what they asked for holds
// little, and not for long.

export interface HeldBytes {
  /**
   * Counts bytes until they are released. `cut` is called at most once, and perhaps before this returns, when there is no room;
   * by then they are released already.
   * @param address undefined: only the bound over all counts
   */
  hold(address: string | undefined, bytes: number, cut: () => void): Held
  /** The same for what has not begun. Undefined: there is no room now, nothing is counted and `cut` is not called. */
  offer(address: string | undefined, bytes: number, cut: () => void): Held | undefined
}

export interface Held {
  /** How many they are by now; of no effect after the release. Fewer: they moved. */
  set(bytes: number): void
  /** The client did its part. */
  moved(): void
  /** Safe to call twice. */
  release(): void
}

export interface HeldBounds {
  readonly total: number
  readonly perAddress: number
  /** What has not moved for this long stalls. */
  readonly stallMs: number
}

interface Entry {
  bytes: number
  isHeld: boolean
  movedAtMs: number
  readonly owner: Owner
  readonly cut: () => void
}

interface Owner {
  readonly address: string | undefined
  bytes: number
  /** What moved longest ago is first. */
  readonly entries: Set<Entry>
}

/** @param monotonicNow milliseconds of a clock that is never set */
export function createHeldBytes(bounds: HeldBounds, monotonicNow: () => number): HeldBytes {
  const owners = new Map<string | undefined, Owner>()
  let total = 0

  function begin(address: string | undefined, cut: () => void): Entry {
    const owner = owners.get(address) ?? { address, bytes: 0, entries: new Set() }
    owners.set(address, owner)
    const entry = { bytes: 0, isHeld: true, movedAtMs: monotonicNow(), owner, cut }
    owner.entries.add(entry)
    return entry
  }

  /** False: there is no room for them. */
  function change(entry: Entry, bytes: number): boolean {
    if (!entry.isHeld) return true
    const added = bytes - entry.bytes
    entry.bytes = bytes
    entry.owner.bytes += added
    total += added
    if (added < 0) move(entry)
    return added <= 0 || makeRoom(entry)
  }

  function move(entry: Entry): void {
    if (!entry.isHeld) return
    entry.movedAtMs = monotonicNow()
    entry.owner.entries.delete(entry)
    entry.owner.entries.add(entry)
  }

  function makeRoom(entry: Entry): boolean {
    const { owner } = entry
    if (owner.address !== undefined && !cutStalled(entry, owner.bytes - bounds.perAddress)) return false
    while (total > bounds.total) {
      const most = largestOr(owner)
      if (most === owner) return cutStalled(entry, total - bounds.total)
      for (const other of most.entries) {
        if (other.bytes === 0) continue
        end(other)
        break
      }
    }
    return true
  }

  /** Others at the address of this entry. False: not as much stalls, and nothing was cut. */
  function cutStalled(entry: Entry, excess: number): boolean {
    if (excess <= 0) return true
    const stalled: Entry[] = []
    let bytes = 0
    for (const other of entry.owner.entries) {
      if (bytes >= excess || other.movedAtMs > monotonicNow() - bounds.stallMs) break
      // Cutting what holds nothing makes no room.
      if (other === entry || other.bytes === 0) continue
      stalled.push(other)
      bytes += other.bytes
    }
    if (bytes < excess) return false
    for (const other of stalled) end(other)
    return true
  }

  function largestOr(owner: Owner): Owner {
    let found = owner
    for (const other of owners.values()) if (other.bytes > found.bytes) found = other
    return found
  }

  function end(entry: Entry): void {
    if (!entry.isHeld) return
    release(entry)
    entry.cut()
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

  function set(entry: Entry, bytes: number): void {
    if (!change(entry, bytes)) end(entry)
  }

  const heldOf = (entry: Entry): Held => ({
    set: (bytes) => set(entry, bytes),
    moved: () => move(entry),
    release: () => release(entry),
  })

  return {
    hold(address, bytes, cut) {
      const entry = begin(address, cut)
      set(entry, bytes)
      return heldOf(entry)
    },
    offer(address, bytes, cut) {
      const entry = begin(address, cut)
      if (!change(entry, bytes)) release(entry)
      // What was cut for it may have been its own.
      return entry.isHeld ? heldOf(entry) : undefined
    },
  }
}
