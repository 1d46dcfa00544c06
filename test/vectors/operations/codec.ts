// Encodings: CBOR, content, mailbox frames, frames between peers, invite links (docs/protocol.md, Notation, §2, §6, §10).

import { decodeCbor } from '../../../src/protocol/cbor/decode.ts'
import { encodeCbor } from '../../../src/protocol/cbor/encode.ts'
import { decodeContent, encodeContent } from '../../../src/protocol/content/codec.ts'
import { decodePeerFrame, encodePeerFrame } from '../../../src/protocol/direct/frame.ts'
import { createProof } from '../../../src/protocol/direct/proof.ts'
import { decodeInviteLink, encodeInviteLink } from '../../../src/protocol/invite/link.ts'
import { deriveMailboxId, deriveWriteKey, envelopeId } from '../../../src/protocol/mailbox/capability.ts'
import {
  type ServerFrame,
  decodeRequest,
  decodeServerFrame,
  encodePush,
  encodeRequest,
  encodeResponse,
} from '../../../src/protocol/mailbox/codec.ts'
import {
  decodeJoinLink,
  encodeJoinLink,
  joinCodeId,
  membershipId,
} from '../../../src/protocol/mailbox/membership.ts'
import { checkWork, workSeed } from '../../../src/protocol/mailbox/work.ts'
import { type Operations, output, refused } from './operation.ts'

const cborBounds = { maxBytes: 1000, maxDepth: 16, maxItems: 1000 }

export const codecOperations: Operations = {
  'cbor.decode': (inputs) => {
    const value = decodeCbor(inputs.bytes('bytes'), cborBounds)
    return value === undefined ? refused : output({ value, encoded: encodeCbor(value) })
  },
  'content.decode': (inputs) => {
    const value = decodeContent(inputs.bytes('bytes'))
    if (value === undefined) return refused
    return output(value.body.kind === 'unknown' ? { value } : { value, encoded: encodeContent(value) })
  },
  'mailbox.keys': (inputs) => {
    const writeKey = deriveWriteKey(inputs.bytes('readKey'))
    return output({ writeKey, mailboxId: deriveMailboxId(writeKey) })
  },
  'mailbox.decode-request': (inputs) => {
    const value = decodeRequest(inputs.bytes('bytes'))
    if (value === undefined) return refused
    return output(value.kind === 'request' ? { value, encoded: encodeRequest(value) } : { value })
  },
  'mailbox.decode-server-frame': (inputs) => {
    const value = decodeServerFrame(inputs.bytes('bytes'))
    return value === undefined ? refused : output({ value, encoded: encodeServerFrame(value) })
  },
  'membership.ids': (inputs) =>
    output({
      codeId: joinCodeId(inputs.bytes('code')),
      memberId: membershipId(inputs.text('membership')),
    }),
  'membership.decode-link': (inputs) => {
    const link = decodeJoinLink(inputs.text('link'))
    return link === undefined ? refused : output({ ...link, encoded: encodeJoinLink(link) })
  },
  'work.check': (inputs) => {
    const seed = workSeed({
      token: inputs.bytes('token'),
      mailboxId: inputs.bytes('mailboxId'),
      envelopeId: envelopeId(inputs.bytes('envelope')),
    })
    return checkWork(seed, inputs.number('nonce'), inputs.number('bits')) ? output({ seed }) : refused
  },
  'direct.decode-frame': (inputs) => {
    const value = decodePeerFrame(inputs.bytes('bytes'))
    return value === undefined ? refused : output({ value, encoded: encodePeerFrame(value) })
  },
  'direct.proof': (inputs) =>
    output({
      mac: createProof({
        exporter: inputs.bytes('exporter'),
        role: inputs.word('role', 'initiator', 'responder'),
        initiatorPeerId: inputs.text('initiatorPeerId'),
        responderPeerId: inputs.text('responderPeerId'),
        initiatorNonce: inputs.bytes('initiatorNonce'),
        responderNonce: inputs.bytes('responderNonce'),
      }),
    }),
  'invite.decode': (inputs) => {
    const decoded = decodeInviteLink(inputs.text('link'))
    return decoded.ok ? output({ invite: decoded.invite }) : { error: decoded.reason }
  },
  'invite.encode': (inputs) => {
    const invite = inputs.fields('invite')
    return output({
      link: encodeInviteLink({
        fingerprint: invite.bytes('fingerprint'),
        relays: invite.textList('relays'),
        writeKey: invite.bytes('writeKey'),
        psk: invite.bytes('psk'),
        uses: invite.number('uses'),
        expiresAtMs: invite.number('expiresAtMs'),
        name: invite.text('name'),
      }),
    })
  },
}

function encodeServerFrame(frame: ServerFrame) {
  if (frame.kind === 'push') return encodePush(frame)
  return frame.kind === 'response' ? encodeResponse(frame) : undefined
}
