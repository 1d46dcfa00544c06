// Every domain-separation label of the protocol, in one table. No label is a prefix of another, so that no two uses can
// ever feed the same bytes to a hash, a key derivation or a signature. Spec: docs/protocol.md, "Notation".

import type { Bytes } from './bytes.ts'
import { utf8 } from './bytes.ts'

const prefix = 'safelight/1/'

export function label(name: string): Bytes {
  return utf8(prefix + name)
}

export const labels = {
  // §1 keys
  fingerprint: label('fingerprint'),
  certificateByAccount: label('certificate-by-account'),
  certificateByDevice: label('certificate-by-device'),
  deviceLogSignature: label('device-log-signature'),
  deviceLogHead: label('device-log-head'),

  // §2 addresses and invites
  mailboxWrite: label('mailbox-write'),
  mailboxId: label('mailbox-id'),
  inviteChecksum: label('invite-checksum'),
  joinCode: label('join-code'),
  membership: label('membership'),
  putWork: label('put-work'),

  // §3 prekeys and handshake
  prekeySigned: label('prekey-signed-x25519'),
  prekeyLastResort: label('prekey-last-resort-xwing'),
  prekeyOneTime: label('prekey-one-time-xwing'),
  pskIkm: label('psk-ikm'),
  pskId: label('psk-id'),
  bundleSeal: label('bundle-seal'),
  bundleMain: label('bundle-main'),
  bundleOneTime: label('bundle-one-time'),
  idKey: label('id-key'),
  transcript: label('transcript'),
  session: label('session'),
  firstMessage: label('first-message'),

  // §4 ratchet
  ratchet: label('ratchet'),
  message: label('msg'),
  header: label('hdr'),

  // §5 sessions
  contactPsk: label('contact-psk'),
  continuityPsk: label('continuity-psk'),

  // §6 content
  pairConversation: label('pair-conversation'),
  strangerStatement: label('stranger-statement'),
  strangerMedium: label('stranger-medium'),

  // §7 media
  media: label('media'),

  // §8 at rest
  record: label('record'),
  vaultWrap: label('vault-wrap'),
  deviceSlot: label('device-slot'),
  passphraseSlot: label('passphrase-slot'),
  wordsSlot: label('words-slot'),
  passkeySlot: label('passkey-slot'),

  // §9 groups
  groupOperation: label('group-operation-hash'),
  groupSignature: label('group-operation-signature'),
  groupConsent: label('group-consent'),
  groupLinkChecksum: label('group-link-checksum'),

  // §10 direct connection
  directKey: label('direct-key'),
  directProof: label('direct-proof'),

  // §11 verification
  safetyNumber: label('safety-number'),
} as const satisfies Readonly<Record<string, Bytes>>
