// Speaks the relay's HTTP interface with nothing but fetch and the codec.

import { toBase64Url, toHex } from '../../../src/protocol/bytes.ts'
import { decodeResponse, encodeRequest } from '../../../src/protocol/mailbox/codec.ts'
import type { MailboxCommand, MailboxReply } from '../../../src/protocol/mailbox/command.ts'

export async function postCommands(
  url: string,
  ...commands: readonly MailboxCommand[]
): Promise<readonly MailboxReply[]> {
  const response = await postBytes(url, encodeRequest({ id: 7, commands }))
  const decoded = decodeResponse(new Uint8Array(await response.arrayBuffer()))
  if (decoded === undefined) throw new Error(`no valid response: ${response.status}`)
  return decoded.replies
}

export async function postCommand(url: string, command: MailboxCommand): Promise<MailboxReply> {
  const [reply] = await postCommands(url, command)
  if (reply === undefined) throw new Error('no reply')
  return reply
}

export function postBytes(url: string, body: Uint8Array): Promise<Response> {
  return fetch(`${url}/v1/mailbox`, { method: 'POST', body: Uint8Array.from(body) })
}

export interface SegmentPut {
  readonly blobId: Uint8Array
  readonly segment: number
  readonly segments: number
  readonly writeKey: Uint8Array
  readonly bytes: Uint8Array
}

export function putSegment(url: string, put: SegmentPut): Promise<Response> {
  return fetch(blobUrl(url, put.blobId, put.segment), {
    method: 'PUT',
    headers: {
      Authorization: `Safelight ${toBase64Url(put.writeKey)}`,
      'X-Safelight-Segments': String(put.segments),
    },
    body: Uint8Array.from(put.bytes),
  })
}

export function blobUrl(url: string, blobId: Uint8Array, segment?: number): string {
  return `${url}/v1/blobs/${toHex(blobId)}${segment === undefined ? '' : `/${segment}`}`
}

export async function errorCode(response: Response): Promise<string> {
  const body: unknown = await response.json()
  return typeof body === 'object' && body !== null && 'code' in body ? String(body.code) : ''
}

/** The value of one series of the relay's metrics. */
export async function metric(metricsUrl: string | undefined, series: string): Promise<number> {
  const text = await (await fetch(metricsUrl ?? '')).text()
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `))
  return Number(line?.slice(series.length + 1) ?? Number.NaN)
}
