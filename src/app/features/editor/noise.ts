// Numbers from 0 to 1 for the noise of destroyed regions.

const batch = 64

/** That nobody can repeat: for what is sent. */
export function secureNoise(): () => number {
  const numbers = new Uint32Array(batch)
  let used = batch
  return () => {
    if (used === batch) {
      crypto.getRandomValues(numbers)
      used = 0
    }
    const number = numbers[used] ?? 0
    used += 1
    return number / 0x1_0000_0000
  }
}

/** Always the same: for the look at it while editing, which would flicker otherwise. Never for what is sent. */
export function unsafePreviewNoise(): () => number {
  let state = 1
  return () => {
    state = (state * 48_271) % 0x7fff_ffff
    return state / 0x7fff_ffff
  }
}
