// Which addresses a push may go to. Whoever has a mailbox chooses the endpoint, so without this the relay would be a way
// into the network it stands in. A name is resolved once, here, and the connection goes to what was judged.

import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { BlockList, isIP } from 'node:net'

/** IANA's special-purpose registries: whatever is not globally reachable, or leads to some other address. */
const special4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const
/** Within 2000::/3, outside of which nothing is global. */
const special6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const

const special = new BlockList()
for (const [network, prefix] of special4) special.addSubnet(network, prefix, 'ipv4')
for (const [network, prefix] of special6) special.addSubnet(network, prefix, 'ipv6')
const global6 = new BlockList()
global6.addSubnet('2000::', 3, 'ipv6')
const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

export interface AddressRule {
  /** For tests only. */
  readonly allowLoopback: boolean
}

/** Of an IP address; false for anything else. */
export function isAllowedAddress(address: string, { allowLoopback }: AddressRule): boolean {
  const family = isIP(address)
  if (family === 0) return false
  const type = family === 4 ? 'ipv4' : 'ipv6'
  if (allowLoopback && loopback.check(address, type)) return true
  return (family === 4 || global6.check(address, type)) && !special.check(address, type)
}

/** Nothing to connect to: the name leads to no address that is allowed. */
export class ForbiddenAddressError extends Error {
  override readonly name = 'ForbiddenAddressError'
  constructor() {
    super('no allowed address')
  }
}

/** For `connect`: leaves of a name's addresses those that are allowed. */
export function guardedLookup(rule: AddressRule, resolve: typeof lookup = lookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      const allowed = error === null ? addresses.filter(({ address }) => isAllowedAddress(address, rule)) : []
      const [first] = allowed
      if (first === undefined) callback(error ?? new ForbiddenAddressError(), '', 0)
      else if (options.all === true) callback(null, allowed)
      else callback(null, first.address, first.family)
    })
  }
}
