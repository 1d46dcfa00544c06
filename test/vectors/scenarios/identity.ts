// Device logs: growing, and every way to tamper with one.

import { type DeviceOperation, appendDevice } from '../../../src/protocol/identity/device-log.ts'
import { createIdentity } from '../../../src/protocol/identity/identity.ts'
import { createSigningKey } from '../../../src/protocol/primitives/ed25519.ts'
import { createDhKey } from '../../../src/protocol/primitives/x25519.ts'
import { seededRandom, startMs } from '../../protocol/session/people.ts'
import type { CaseFile } from '../cases.ts'
import { build, scenario } from './scenario.ts'

export function deviceLogFile(): Promise<CaseFile> {
  const random = seededRandom('device log')
  const { account, device, log } = createIdentity({ random, nowMs: startMs })
  const stranger = createSigningKey(random)
  const addition = (deviceId = random(16), dhKey = createDhKey(random).publicKey): DeviceOperation => ({
    kind: 'add',
    deviceId,
    signKey: createSigningKey(random).publicKey,
    dhKey,
    atMs: startMs + 1000,
  })
  const second = addition()
  const revocation = { kind: 'revoke', deviceId: device.id, atMs: startMs + 2000 } as const
  const two = appendDevice(log, account, second)
  const three = appendDevice(two, account, revocation)
  const [first = new Uint8Array(), added = new Uint8Array(), revoked = new Uint8Array()] = three.entries
  const secret = { accountSecretKey: account.secretKey }
  const open = (name: string, entries: readonly Uint8Array[], error?: string, accountKey = account.publicKey) =>
    scenario(name, 'device-log.open', { accountKey, entries }, error)
  const flipped = added.with(40, (added[40] ?? 0) ^ 1)
  const branch = appendDevice(log, account, addition())
  return build('Device logs, protocol version 1: adding, revoking, and logs to refuse. Bytes are hex.', [
    scenario('a second device is added', 'device-log.append', { ...secret, entries: log.entries, operation: second }),
    scenario('the first device is revoked', 'device-log.append', {
      ...secret,
      entries: two.entries,
      operation: revocation,
    }),
    open('one device', log.entries),
    open('two devices', two.entries),
    open('the first of two devices revoked', three.entries),
    open('another branch after the first entry', branch.entries),
    open('empty', [], 'refused'),
    open('an entry missing at the beginning', [added, revoked], 'refused'),
    open('an entry missing in the middle', [first, revoked], 'refused'),
    open('an entry twice', [first, added, added], 'refused'),
    open('entries swapped', [first, revoked, added], 'refused'),
    open('an entry of another branch', [first, branch.entries[1] ?? first, revoked], 'refused'),
    open('a bit changed', [first, flipped], 'refused'),
    open('of another account', two.entries, 'refused', stranger.publicKey),
    open('an entry signed by a stranger', appendDevice(log, stranger, second).entries, 'refused'),
    open('a device id used again', appendDevice(three, account, addition(device.id)).entries, 'refused'),
    open('revoking a device twice', appendDevice(three, account, revocation).entries, 'refused'),
    open(
      'revoking a device that was never there',
      appendDevice(log, account, { kind: 'revoke', deviceId: random(16), atMs: startMs }).entries,
      'refused',
    ),
    open(
      'a device with an X25519 key of small order',
      appendDevice(log, account, addition(random(16), new Uint8Array(32))).entries,
      'refused',
    ),
  ])
}
