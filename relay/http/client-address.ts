// The key of the per-address rate limits. It stays in memory.

import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

/** Undefined: a reverse proxy on this machine whose clients cannot be told apart; no limit per address then. */
export function clientAddress(request: IncomingMessage, trustProxy: boolean): string | undefined {
  const direct = request.socket.remoteAddress
  if (trustProxy) {
    const header = request.headers['x-forwarded-for']
    const last = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',').at(-1)?.trim() ?? ''
    if (isIP(last) !== 0) return prefixOf(last)
  }
  if (direct === undefined || direct === '::1' || direct.replace('::ffff:', '').startsWith('127.')) return undefined
  return prefixOf(direct)
}

/**
 * IPv6 counts by its first 56 bits: that is what one home gets most often (RIPE-690), so 256 networks of one household are no 256
 * addresses. Where each customer gets a /64, as with phones, up to 256 of them share a budget, which is made for a school. A /48,
 * as companies get, still is 256 addresses.
 */
function prefixOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '')
  if (isIP(plain) !== 6) return plain
  const [head = '', tail = ''] = plain.split('::')
  const groups = head.split(':').filter((group) => group !== '')
  const rest = tail.split(':').filter((group) => group !== '')
  const zeros = plain.includes('::') ? 8 - groups.length - rest.length : 0
  const all = [...groups, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...rest]
  const numbers = all.slice(0, 4).map((group) => Number.parseInt(group, 16))
  return numbers.map((number, index) => (index === 3 ? number >> 8 : number).toString(16)).join(':')
}
