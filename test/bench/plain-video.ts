// A video as any server gives it, with ranges, and a page that shows it: what playing takes without any messenger.

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Page } from 'playwright'

export interface PlainVideo extends AsyncDisposable {
  readonly port: number
}

const page = '<!doctype html><meta charset="utf-8"><title>Plain</title><video muted playsinline></video>'

export async function servePlainVideo(bytes: Buffer): Promise<PlainVideo> {
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/film') !== true) return response.setHeader('content-type', 'text/html').end(page)
    const [, first = '0', last = ''] = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '') ?? []
    const start = Number(first)
    const end = last === '' ? bytes.length : Math.min(bytes.length, Number(last) + 1)
    response.writeHead(206, {
      'content-type': 'video/mp4',
      'content-length': String(end - start),
      'content-range': `bytes ${start}-${end - 1}/${bytes.length}`,
      'accept-ranges': 'bytes',
      'cache-control': 'no-store',
    })
    return response.end(bytes.subarray(start, end))
  }).listen(0, 'localhost')
  await once(server, 'listening')
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('no port')
  return {
    port: bound.port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** With the page open: milliseconds until the first frame is there. */
export function playPlain(tab: Page, turn: number): Promise<number> {
  return tab.evaluate(
    (query) =>
      new Promise<number>((resolve) => {
        const video = document.querySelector('video')
        if (video === null) throw new Error('no video')
        const start = performance.now()
        video.requestVideoFrameCallback(() => {
          resolve(performance.now() - start)
          video.removeAttribute('src')
          video.load()
        })
        video.src = `/film?${query}`
        // Taken away when it has begun.
        void video.play().catch(() => undefined)
      }),
    turn,
  )
}
