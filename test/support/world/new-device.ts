// Another device of the same account: the log has one more entry, the certificate is new, the account's key is the same.

import type { Identity } from '../../../src/protocol/identity/identity.ts'
import { decodeIdentity, encodeIdentity } from '../../../src/protocol/identity/identity.ts'
import { createCertificate } from '../../../src/protocol/identity/certificate.ts'
import { appendDevice } from '../../../src/protocol/identity/device-log.ts'
import { createSigningKey } from '../../../src/protocol/primitives/ed25519.ts'
import { createDhKey } from '../../../src/protocol/primitives/x25519.ts'
import type { MemoryDisk } from '../../../src/storage/memory.ts'
import { inspect } from './sessions.ts'

const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))

/** What a restored profile is: who they are and whom they know, on a new device, with the psks of sessions that are gone. */
export async function moveToNewDevice(disk: MemoryDisk, nowMs: number): Promise<void> {
  await inspect(disk, async ({ tables, ledger }) => {
    const account = await tables.account.get('self')
    const identity = account && decodeIdentity(account.identity)
    if (account === undefined || identity === undefined) throw new Error('there is nobody on this disk')
    await ledger.change(async (change) => {
      change.put(tables.account, 'self', { ...account, identity: encodeIdentity(anotherDevice(identity, nowMs)) })
      for (const [id, row] of tables.sessions.held()) change.put(tables.sessions, id, { ...row, sessions: [] })
    })
  })
}

function anotherDevice({ account, log: before }: Identity, nowMs: number): Identity {
  const device = { id: random(16), sign: createSigningKey(random), dh: createDhKey(random) }
  const log = appendDevice(before, account, {
    kind: 'add',
    deviceId: device.id,
    signKey: device.sign.publicKey,
    dhKey: device.dh.publicKey,
    atMs: nowMs,
  })
  const certificate = createCertificate({
    account,
    device: { id: device.id, sign: device.sign, dhPublicKey: device.dh.publicKey },
    log,
    nowMs,
  })
  return { account, device, certificate, log }
}
