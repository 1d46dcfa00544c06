// The host of a relay's address in the one spelling that the URL standard prints: two spellings of one host would be two
// relays here, and one that no browser takes would be none. Spec: docs/protocol.md §2.

const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
/** As the last label it makes a number of the whole host: browsers read `1.2.3` and `0x7f.1` as IPv4 addresses. */
const numericLabel = /^(?:[0-9]+|0x[0-9a-f]*)$/
const byte = '(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])'
const ipv4 = new RegExp(String.raw`^${byte}(?:\.${byte}){3}$`)
const ipv6Piece = /^[0-9a-f]{1,4}$/
const ipv6Pieces = 8

/** A name in lower case (international ones in their ASCII form), an IPv4 address, or an IPv6 address in brackets. */
export function isHost(text: string): boolean {
  if (text.startsWith('[') && text.endsWith(']')) return isIpv6(text.slice(1, -1))
  const labels = text.split('.')
  if (numericLabel.test(labels.at(-1) ?? '')) return ipv4.test(text)
  return labels.every((part) => label.test(part))
}

function isIpv6(text: string): boolean {
  const pieces = readIpv6(text)
  return pieces !== undefined && writeIpv6(pieces) === text
}

function readIpv6(text: string): readonly number[] | undefined {
  const [head = [], tail, ...more] = text.split('::').map((part) => (part === '' ? [] : part.split(':')))
  const given = [...head, ...(tail ?? [])]
  if (more.length > 0 || given.length > ipv6Pieces || !given.every((piece) => ipv6Piece.test(piece))) return undefined
  if (tail === undefined && given.length < ipv6Pieces) return undefined
  const zeros = Array.from({ length: ipv6Pieces - given.length }, () => '0')
  return [...head, ...zeros, ...(tail ?? [])].map((piece) => Number.parseInt(piece, 16))
}

/** RFC 5952: `::` for the first of the longest runs of two or more zeros. */
function writeIpv6(pieces: readonly number[]): string {
  let run = { from: 0, length: 1 }
  for (let from = 0; from < pieces.length; from++) {
    let length = 0
    while (pieces[from + length] === 0) length++
    if (length > run.length) run = { from, length }
  }
  const write = (part: readonly number[]): string => part.map((piece) => piece.toString(16)).join(':')
  if (run.length < 2) return write(pieces)
  return `${write(pieces.slice(0, run.from))}::${write(pieces.slice(run.from + run.length))}`
}
