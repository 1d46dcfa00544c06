// Decrypted media for the page: the answers that the service worker asks this tab for, and whole files where there is
// no service worker (a hard reload, or a browser that has none).

import type { Attachment, Rendition } from '../../messenger/api.ts'
import type { MediaAnswer, MediaQuestion } from '../sw/media-question.ts'
import { servedMimes } from '../sw/served-mimes.ts'
import type { AppCalls } from './calls.ts'

/** What one read asks the messenger for: short enough to answer at once and to hold twice. */
const readBytes = 512 * 1024
/** A poster is a still of some 100 kB; its size is not told in advance, so this bounds what is read of one. */
const maxPosterBytes = 4 * 1024 * 1024

const posterMimes = [
  { mime: 'image/jpeg', magic: [0xff, 0xd8, 0xff] },
  { mime: 'image/png', magic: [0x89, 0x50, 0x4e, 0x47] },
  { mime: 'image/webp', magic: [0x52, 0x49, 0x46, 0x46] },
]

export interface MediaReader {
  /** The whole rendition; parts are handed to the browser as they come, which may keep them on disk. */
  whole(attachment: Attachment, rendition: Rendition, signal?: AbortSignal): Promise<Blob>
  answer(question: MediaQuestion, signal: AbortSignal): Promise<MediaAnswer>
  /** What an open view shows, and no message has: answered for in this tab until the returned function is called. */
  lend(attachments: readonly Attachment[]): () => void
}

export function createMediaReader(calls: AppCalls, newId: () => string): MediaReader {
  const read = async (
    id: string,
    rendition: Rendition,
    start: number,
    end: number,
    signal?: AbortSignal,
    isEager = false,
  ) => {
    const readId = newId()
    const cancel = () => void calls.cancel(readId)
    signal?.throwIfAborted()
    signal?.addEventListener('abort', cancel)
    try {
      return await calls.readMedia(readId, id, rendition, start, end, isEager)
    } finally {
      signal?.removeEventListener('abort', cancel)
    }
  }
  const lent = new Map<string, Attachment>()
  const find = async (id: string): Promise<Attachment | undefined> => {
    const opened = lent.get(id)
    if (opened !== undefined) return opened
    const message = await calls.message(id.slice(0, id.lastIndexOf('.')))
    return message?.attachments.find((attachment) => attachment.id === id)
  }
  const poster = (id: string, signal?: AbortSignal) => read(id, 'poster', 0, maxPosterBytes, signal)

  return {
    async whole(attachment, rendition, signal) {
      if (rendition === 'poster') {
        const bytes = await poster(attachment.id, signal)
        return blobOf([bytes], imageMime(bytes))
      }
      const { mime, sizeBytes } = renditionOf(attachment, rendition)
      const parts: Blob[] = []
      for (let start = 0; start < sizeBytes; start += readBytes) {
        const end = Math.min(sizeBytes, start + readBytes)
        parts.push(blobOf([await read(attachment.id, rendition, start, end, signal)], ''))
      }
      return new Blob(parts, { type: attachment.kind !== 'file' && servedMimes.has(mime) ? mime : '' })
    },
    async answer(question, signal) {
      const attachment = await find(question.attachmentId)
      // A file is only ever saved, whatever its type says.
      if (attachment === undefined || attachment.kind === 'file') return { kind: 'missing' }
      if (question.rendition === 'poster') {
        if (!attachment.hasPoster) return { kind: 'missing' }
        const bytes = await poster(attachment.id, signal)
        return {
          kind: 'bytes',
          mime: imageMime(bytes),
          sizeBytes: bytes.length,
          bytes: bytes.slice(question.start, question.end),
        }
      }
      if (question.rendition === 'original' && attachment.original === undefined) return { kind: 'missing' }
      const { mime, sizeBytes } = renditionOf(attachment, question.rendition)
      const end = Math.min(question.end, sizeBytes)
      // A player goes on with what there is; a picture is looked into from its beginning, and shown when all of it is here.
      const isEager = attachment.kind !== 'photo'
      const bytes =
        question.start < end
          ? await read(attachment.id, question.rendition, question.start, end, signal, isEager)
          : new Uint8Array()
      return { kind: 'bytes', mime, sizeBytes, bytes }
    },
    lend(attachments) {
      for (const attachment of attachments) lent.set(attachment.id, attachment)
      return () => {
        for (const { id } of attachments) lent.delete(id)
      }
    },
  }
}

/** Answers the service worker's questions for this tab. */
export function serveMedia(reader: MediaReader, container: ServiceWorkerContainer): void {
  container.addEventListener('message', ({ data, ports }: MessageEvent<MediaQuestion>) => {
    const [port] = ports
    if (data.kind !== 'media' || port === undefined) return
    const controller = new AbortController()
    // The only thing that the worker says later is that nobody waits any more.
    port.addEventListener('message', () => controller.abort())
    port.start()
    const failed: MediaAnswer = { kind: 'failed' }
    void reader
      .answer(data, controller.signal)
      .catch(() => failed)
      .then((answer) => port.postMessage(answer))
  })
  container.startMessages()
}

function renditionOf(attachment: Attachment, rendition: 'display' | 'original') {
  return rendition === 'original' ? (attachment.original ?? attachment) : attachment
}

function imageMime(bytes: Uint8Array): string {
  return posterMimes.find(({ magic }) => magic.every((byte, at) => bytes[at] === byte))?.mime ?? ''
}

function blobOf(parts: readonly Uint8Array[], type: string): Blob {
  return new Blob(
    parts.map((part) => new Uint8Array(part)),
    { type },
  )
}
