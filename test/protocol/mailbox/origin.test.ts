import { describe, expect, test } from 'vitest'
import { isOrigin } from '../../../src/protocol/mailbox/origin.ts'

const name63 = 'a'.repeat(63)

const origins = [
  'https://relay.example',
  'http://localhost:8080',
  'https://relay.example:65535',
  'https://a--b.example',
  'https://1.example',
  'https://0x7f.example',
  'https://127.0.0.1',
  'https://255.255.255.255:1',
  'https://0.0.0.0',
  'https://[::]',
  'https://[::1]:8443',
  'https://[2001:db8::1]',
  'https://[2001:db8:0:1:1:1:1:1]',
  'https://[1::]',
  'https://[1:0:0:2::3]',
  'https://[::ffff:102:304]',
  `https://${name63}.example`,
  `https://${[name63, name63, name63, 'a'.repeat(61)].join('.')}:10000`,
]

const others = [
  '',
  'relay.example',
  'ftp://relay.example',
  'https://',
  'https://relay.example/',
  'https://relay.example/path',
  'https://relay.example?',
  'https://relay.example#',
  'https://somebody@relay.example',
  'https://Relay.example',
  'https://bücher.example',
  'https://relay.example.',
  'https://.example',
  'https://relay..example',
  'https://-relay.example',
  'https://relay-.example',
  'https://relay_1.example',
  'https://relay.example:443',
  'http://relay.example:80',
  'https://relay.example:0',
  'https://relay.example:08',
  'https://relay.example:65536',
  'https://relay.example:',
  // What a browser reads as another address, or not at all.
  'https://1',
  'https://1.2.3',
  'https://1.2.3.4.5',
  'https://256.1.1.1',
  'https://01.2.3.4',
  'https://0x7f.1',
  'https://relay.0x',
  'https://relay.1',
  'https://[0:0:0:0:0:0:0:1]',
  'https://[::0001]',
  'https://[::FFFF]',
  'https://[::ffff:1.2.3.4]',
  'https://[1::2::3]',
  'https://[1:2:3:4:5:6:7]',
  'https://[1:2:3:4:5:6:7:8:9]',
  'https://[1:2:3:4:5:6:7::]',
  'https://[1::2:0:0:0:3]',
  'https://[1:::2]',
  'https://[:1::2]',
  'https://[]',
  'https://[::1',
  'https://::1',
  `https://${'a'.repeat(64)}.example`,
]

describe('the origin of a relay', () => {
  test.each(origins)('%s is one, as a browser prints it', (text) => {
    expect(isOrigin(text)).toBe(true)
    expect(new URL(text).origin).toBe(text)
  })

  test.each(others)('%j is none', (text) => {
    expect(isOrigin(text)).toBe(false)
  })

  test('nothing longer than 267 characters is one', () => {
    const host = (last: number): string => [name63, name63, name63, 'a'.repeat(last)].join('.')
    expect(isOrigin(`https://${host(63)}:100`)).toBe(true)
    expect(`https://${host(63)}:1000`).toHaveLength(268)
    expect(isOrigin(`https://${host(63)}:1000`)).toBe(false)
  })
})
