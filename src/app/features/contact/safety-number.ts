// The number that two people compare: 60 digits from both accounts' fingerprints, the same for both of them. Each side
// gives 30 digits, as six groups of five: 5 bytes of the fingerprint modulo 100000, about 99 bits in all. The
// fingerprints are hashes of the account keys, so a forger would have to find a key whose hash has the same 99 bits.

const bytesPerGroup = 5
const groups = 6

/** Both in hex. Undefined when one is too short to be a fingerprint. */
export function safetyNumber(ownFingerprint: string, otherFingerprint: string): string | undefined {
  const halves = [ownFingerprint, otherFingerprint].toSorted().map(digits)
  const [first, second] = halves
  return first === undefined || second === undefined ? undefined : `${first} ${second}`
}

function digits(fingerprint: string): string | undefined {
  if (!/^[0-9a-f]{60,}$/.test(fingerprint)) return undefined
  const parts: string[] = []
  for (let group = 0; group < groups; group += 1) {
    const start = group * bytesPerGroup * 2
    const value = Number.parseInt(fingerprint.slice(start, start + bytesPerGroup * 2), 16)
    parts.push(String(value % 100_000).padStart(5, '0'))
  }
  return parts.join(' ')
}
