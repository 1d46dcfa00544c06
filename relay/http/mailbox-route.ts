// `POST /v1/mailbox`: one request of the mailbox protocol as the body, the response as the answer. Subscriptions need a
// stream; everything else works the same here.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { decodeRequest, encodeResponse } from '../../src/protocol/mailbox/codec.ts'
import type { RelayErrorCode } from '../../src/protocol/mailbox/command.ts'
import type { RelayLimits } from '../limits.ts'
import type { MailboxService } from '../mailbox/service.ts'
import type { Metrics } from '../metrics.ts'
import type { Answers } from './answers.ts'
import type { BodyReader } from './body.ts'
import { discardBody } from './body.ts'
import { sendBytes, sendError } from './responses.ts'

const mailboxContentType = 'application/cbor'

export interface MailboxRouteOptions {
  readonly service: MailboxService
  readonly bodies: BodyReader
  readonly answers: Answers
  readonly limits: RelayLimits
  readonly metrics: Metrics
}

export async function serveMailbox(
  request: IncomingMessage,
  response: ServerResponse,
  address: string | undefined,
  { service, bodies, answers, limits, metrics }: MailboxRouteOptions,
): Promise<void> {
  const body = await bodies.read(request, address, limits.requestBytes)
  const refuse = (status: number, code: RelayErrorCode, id: number): void => {
    metrics.count('safelight_bad_frames_total')
    sendBytes(response, status, mailboxContentType, encodeResponse({ id, replies: [{ kind: 'error', code }] }))
  }
  if (body.kind === 'refused') {
    discardBody(request)
    if (body.reason === 'busy') sendError(response, 'busy', { retryAfterMs: 1000 })
    if (body.reason === 'too-large') refuse(413, 'too-large', 0)
    return
  }
  try {
    const decoded = decodeRequest(body.bytes)
    if (decoded === undefined) return refuse(400, 'bad-request', 0)
    if (decoded.kind === 'unsupported-version') return refuse(400, decoded.kind, decoded.id)
    const replies = await service.handle(decoded.commands, address === undefined ? {} : { address })
    const answer = encodeResponse({ id: decoded.id, replies })
    // Every command may be sent again: whoever gets no answer does so too.
    const held = answers.hold(response, address, answer.length)
    if (held === undefined) return sendError(response, 'busy', { retryAfterMs: 1000 })
    held.send(mailboxContentType, answer)
  } finally {
    body.release()
  }
}
