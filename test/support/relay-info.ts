// What a relay says of itself, with bounds that nothing is sent by.

import type { RelayInfo } from '../../src/protocol/mailbox/command.ts'

export const relayInfo = {
  service: 'safelight',
  versions: [1],
  peerId: 'relay',
  webSocketPath: '/p2p',
  membership: 'open',
  limits: {
    envelopeBytes: 1,
    mailboxEnvelopes: 1,
    mailboxBytes: 1,
    segmentBytes: 1,
    blobBytes: 1,
    envelopeDays: 1,
    blobDays: 1,
    commandsPerRequest: 1,
  },
  iceServers: [],
} satisfies RelayInfo
