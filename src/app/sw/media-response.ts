// `/media/<attachment>/<display|poster|original>`: decrypted media as the browser's own elements ask for it. The worker holds no
// keys and no plaintext; it asks the page that made the request, and answers with what comes back.

import type { MediaAnswer, MediaQuestion } from './media-question.ts'
import { isPicture } from './picture-size.ts'
import { clampRange, maxAnswerBytes, parseRange } from './range.ts'
import { servedMimes } from './served-mimes.ts'

/** Where the size of a picture stands, but for those with a large colour profile. */
const headerBytes = 16 * 1024

export type AskPage = (question: MediaQuestion, signal: AbortSignal) => Promise<MediaAnswer>

const renditions = ['display', 'poster', 'original'] as const

export interface MediaPath {
  readonly attachmentId: string
  readonly rendition: MediaQuestion['rendition']
}

export function parseMediaPath(pathname: string): MediaPath | undefined {
  const match = /^\/media\/([0-9a-f]{1,64}\.\d{1,3}(?:\.[0-9a-f]{1,64})?)\/([a-z]+)$/.exec(pathname)
  const [, attachmentId, named] = match ?? []
  const rendition = renditions.find((name) => name === named)
  return attachmentId === undefined || rendition === undefined ? undefined : { attachmentId, rendition }
}

/** Never throws: what cannot be answered is an HTTP status. */
export async function mediaResponse(request: Request, path: MediaPath, ask: AskPage): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, { allow: 'GET, HEAD' })
  const question = (start: number, end: number): MediaQuestion => ({ kind: 'media', ...path, start, end })

  const range = request.method === 'GET' ? parseRange(request.headers.get('range')) : undefined
  // The end of a suffix range depends on the size, so that one asks for the size first; without a range, for the header.
  const start = range?.kind === 'from' ? range.start : 0
  const asked = range?.kind === 'from' ? clampRange(range, Number.MAX_SAFE_INTEGER)?.end : undefined
  const wanted = asked ?? (range === undefined ? headerBytes : start)
  const first = await ask(question(start, wanted), request.signal)
  if (first.kind !== 'bytes') return plain(first.kind === 'missing' ? 404 : 503)
  if (!servedMimes.has(first.mime)) return plain(415)
  const { mime, sizeBytes } = first
  // Browsers decode a picture by what it is, whatever type it has.
  const asPicture = mime.startsWith('image/') || request.destination === 'image'
  if (asPicture) {
    const read = async (from: number, to: number): Promise<Uint8Array> => {
      if (start === 0 && to <= first.bytes.length) return first.bytes.subarray(from, to)
      const answer = await ask(question(from, Math.min(to, sizeBytes)), request.signal)
      return answer.kind === 'bytes' ? answer.bytes : new Uint8Array()
    }
    if (!(await isPicture(read))) return plain(415)
  }

  if (range === undefined) {
    const body = request.method === 'HEAD' ? null : wholeBody(sizeBytes, question, ask)
    return new Response(body, { status: 200, headers: headers(mime, sizeBytes) })
  }
  const part = clampRange(range, sizeBytes)
  if (part === undefined) return plain(416, { 'content-range': `bytes */${sizeBytes}` })
  const answer = range.kind === 'from' ? first : await ask(question(part.start, part.end), request.signal)
  if (answer.kind !== 'bytes' || !isPartOf(answer.bytes, part)) return plain(503)
  // Of what is still on its way the beginning: whoever plays it asks for the rest.
  const last = part.start + answer.bytes.length - 1
  return new Response(new Uint8Array(answer.bytes), {
    status: 206,
    headers: { ...headers(mime, answer.bytes.length), 'content-range': `bytes ${part.start}-${last}/${sizeBytes}` },
  })
}

function isPartOf({ length }: Uint8Array, { start, end }: { readonly start: number; readonly end: number }): boolean {
  return length > 0 && length <= end - start
}

/** For what asks without a range: pictures, mostly. Piece by piece, as fast as it is taken. */
function wholeBody(
  sizeBytes: number,
  question: (start: number, end: number) => MediaQuestion,
  ask: AskPage,
): ReadableStream<Uint8Array> {
  const controller = new AbortController()
  let at = 0
  return new ReadableStream({
    async pull(stream) {
      if (at >= sizeBytes) return stream.close()
      const end = Math.min(sizeBytes, at + maxAnswerBytes)
      const answer = await ask(question(at, end), controller.signal)
      if (answer.kind !== 'bytes' || !isPartOf(answer.bytes, { start: at, end })) {
        return stream.error(new Error('media ended'))
      }
      at += answer.bytes.length
      stream.enqueue(answer.bytes)
    },
    cancel: () => controller.abort(),
  })
}

function headers(mime: string, length: number): Record<string, string> {
  return {
    ...safeHeaders,
    'content-type': mime,
    'content-length': String(length),
    'accept-ranges': 'bytes',
  }
}

/** Opened as a page of its own, media can run nothing; and no copy of it is kept in the browser's cache. */
const safeHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
} as const

function plain(status: number, extra: Record<string, string> = {}): Response {
  return new Response(null, { status, headers: { ...safeHeaders, ...extra } })
}
