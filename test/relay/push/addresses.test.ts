// Where a push may go: an endpoint is chosen by whoever has a mailbox.

import type { LookupAddress } from 'node:dns'
import { describe, expect, it } from 'vitest'
import { ForbiddenAddressError, guardedLookup, isAllowedAddress } from '../../../relay/push/addresses.ts'
import { isAllowedEndpoint, knownPushHosts } from '../../../relay/push/endpoint-rule.ts'
import { limits } from '../../../src/protocol/limits.ts'

const rule = { allowLoopback: false }

describe('an address', () => {
  it.each(['8.8.8.8', '142.250.1.95', '1.1.1.1', '223.255.255.254', '2a00:1450:4001::1', '2606:4700::1111'])(
    'of the public network is one: %s',
    (address) => expect(isAllowedAddress(address, rule)).toBe(true),
  )

  it.each([
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.8',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.51.100.7',
    '203.0.113.7',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '3fff::1',
    '5f00::1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    'localhost',
    '',
    '127.1',
    '0x7f000001',
  ])('of this machine, of a network of its own, or of another meaning is none: %s', (address) => {
    expect(isAllowedAddress(address, rule)).toBe(false)
  })

  it('of this machine is allowed to tests, and no other private one with it', () => {
    for (const address of ['127.0.0.1', '127.9.9.9', '::1'])
      expect(isAllowedAddress(address, { allowLoopback: true })).toBe(true)
    for (const address of ['10.0.0.1', '::ffff:10.0.0.1', 'fe80::1', '169.254.169.254'])
      expect(isAllowedAddress(address, { allowLoopback: true })).toBe(false)
  })
})

describe('a name', () => {
  const resolved = (addresses: readonly LookupAddress[] | Error, all = true) =>
    new Promise((resolve) => {
      const resolver = (_name: string, _options: unknown, callback: (...result: readonly unknown[]) => void): void =>
        addresses instanceof Error ? callback(addresses) : callback(null, addresses)
      const lookup = guardedLookup(rule, resolver as Parameters<typeof guardedLookup>[1])
      lookup('push.example', { all }, (...result) => resolve(result))
    })
  const open = { address: '8.8.8.8', family: 4 }

  it('is connected to where it is public only', async () => {
    expect(await resolved([{ address: '127.0.0.1', family: 4 }, open, { address: '::1', family: 6 }])).toEqual([
      null,
      [open],
    ])
    expect(await resolved([{ address: '10.0.0.1', family: 4 }, open], false)).toEqual([null, '8.8.8.8', 4])
  })

  it('that leads to nothing public, or nowhere, is not connected to', async () => {
    expect(await resolved([{ address: '169.254.169.254', family: 4 }])).toEqual([new ForbiddenAddressError(), '', 0])
    expect(await resolved([])).toEqual([new ForbiddenAddressError(), '', 0])
    const unknown = new Error('ENOTFOUND')
    expect(await resolved(unknown)).toEqual([unknown, '', 0])
  })
})

describe('an endpoint', () => {
  const known = { hosts: knownPushHosts, allowLoopback: false }
  const any = { hosts: 'any', allowLoopback: false } as const

  it.each([
    'https://fcm.googleapis.com/fcm/send/abc:APA91b',
    'https://updates.push.services.mozilla.com/wpush/v2/gAAAA',
    'https://web.push.apple.com/QGuQyavXutnMH',
    'https://wns2-par02p.notify.windows.com/w/?token=BQYAAA%3d%3d',
  ])('of the makers of browsers is known: %s', (endpoint) => {
    expect(isAllowedEndpoint(endpoint, known)).toBe(true)
  })

  it.each([
    'https://push.example/abc',
    'https://googleapis.com/fcm',
    'https://evilfcm.googleapis.com/x',
    'https://fcm.googleapis.com.evil.example/x',
    'https://push.apple.com/x',
    'https://notify.windows.com.evil.example/x',
  ])('of somebody else is used only where all are: %s', (endpoint) => {
    expect(isAllowedEndpoint(endpoint, known)).toBe(false)
    expect(isAllowedEndpoint(endpoint, any)).toBe(true)
  })

  it.each([
    'http://fcm.googleapis.com/x',
    'ftp://fcm.googleapis.com/x',
    'https://user@fcm.googleapis.com/x',
    'https://user:secret@fcm.googleapis.com/x',
    'https://fcm.googleapis.com:8443/x',
    'https://fcm.googleapis.com:443/x#fragment',
    'https://FCM.googleapis.com/x',
    'https://fcm.googleapis.com',
    'https://fcm.googleapis.com\\@evil.example/x',
    'https://fcm.googleapis.com/a b',
    'https://fcm.googleapis.com/ä',
    'https://localhost/x',
    'https://intranet/x',
    'https://127.0.0.1/x',
    'https://8.8.8.8/x',
    'https://2130706433/x',
    'https://0x7f.1/x',
    'https://[::1]/x',
    'https://[2606:4700::1111]/x',
    'https://fcm.googleapis.com/\r\nX-Header: 1',
    `https://fcm.googleapis.com/${'x'.repeat(limits.pushEndpointBytes)}`,
    '',
  ])('that is none, or no push service, is never used: %s', (endpoint) => {
    expect(isAllowedEndpoint(endpoint, known)).toBe(false)
    expect(isAllowedEndpoint(endpoint, any)).toBe(false)
  })

  it('of this machine is for tests', () => {
    expect(isAllowedEndpoint('https://localhost:5/x', { hosts: [], allowLoopback: true })).toBe(true)
    expect(isAllowedEndpoint('https://127.0.0.1:5/x', { hosts: [], allowLoopback: true })).toBe(true)
    expect(isAllowedEndpoint('https://127.0.0.2:5/x', { hosts: [], allowLoopback: true })).toBe(false)
  })
})
