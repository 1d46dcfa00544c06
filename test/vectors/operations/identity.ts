// Identities, certificates and device logs (docs/protocol.md §1).

import { openCertificate } from '../../../src/protocol/identity/certificate.ts'
import {
  type DeviceLog,
  type DeviceOperation,
  appendDevice,
  openDeviceLog,
} from '../../../src/protocol/identity/device-log.ts'
import { fingerprintOf } from '../../../src/protocol/identity/fingerprint.ts'
import { createIdentity } from '../../../src/protocol/identity/identity.ts'
import { signingKeyOf } from '../../../src/protocol/primitives/ed25519.ts'
import type { Fields } from '../json.ts'
import { type Operations, output, outputOf, refused } from './operation.ts'

const emptyLog: DeviceLog = { entries: [], length: 0, head: new Uint8Array(32) }

export const identityOperations: Operations = {
  'identity.create': (inputs) => {
    const names = ['accountSecretKey', 'deviceId', 'deviceSignSecretKey', 'deviceDhSecretKey']
    const order = names.map((name) => inputs.bytes(name))
    const random = () => order.shift() ?? new Uint8Array()
    const { account, certificate, log } = createIdentity({ random, nowMs: inputs.number('nowMs') })
    return output({ fingerprint: fingerprintOf(account.publicKey), certificate, log })
  },
  'certificate.open': (inputs) => {
    const opened = openCertificate(inputs.bytes('certificate'))
    if (opened === undefined) return refused
    const { bytes: _, ...fields } = opened
    return output(fields)
  },
  'device-log.append': (inputs) => {
    const account = signingKeyOf(inputs.bytes('accountSecretKey'))
    const entries = inputs.bytesList('entries')
    const before = entries.length === 0 ? emptyLog : openDeviceLog(account.publicKey, entries)?.log
    return outputOf(before && appendDevice(before, account, operationOf(inputs.fields('operation'))))
  },
  'device-log.open': (inputs) => {
    const opened = openDeviceLog(inputs.bytes('accountKey'), inputs.bytesList('entries'))
    return outputOf(
      opened && {
        length: opened.log.length,
        head: opened.log.head,
        devices: opened.devices.map(({ deviceId }) => deviceId),
      },
    )
  },
}

function operationOf(fields: Fields): DeviceOperation {
  const common = { deviceId: fields.bytes('deviceId'), atMs: fields.number('atMs') }
  return fields.word('kind', 'add', 'revoke') === 'revoke'
    ? { kind: 'revoke', ...common }
    : { kind: 'add', ...common, signKey: fields.bytes('signKey'), dhKey: fields.bytes('dhKey') }
}
