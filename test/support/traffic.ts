// Which media segments a browser moved over HTTP, and how often each one.

import type { BrowserContext } from 'playwright'

const segmentPath = /\/v1\/blobs\/([0-9a-f]{64}\/\d+)$/

export interface SegmentTraffic {
  /** Segments that the relay answered with success, by `<blob>/<index>`: how often. */
  readonly put: ReadonlyMap<string, number>
  readonly get: ReadonlyMap<string, number>
}

/** Counts from now on. */
export function watchSegments(context: BrowserContext): SegmentTraffic {
  const put = new Map<string, number>()
  const get = new Map<string, number>()
  context.on('response', (response) => {
    const segment = segmentPath.exec(new URL(response.url()).pathname)?.[1]
    if (segment === undefined || !response.ok()) return
    const method = response.request().method()
    const counts = method === 'PUT' ? put : method === 'GET' ? get : undefined
    counts?.set(segment, (counts.get(segment) ?? 0) + 1)
  })
  return { put, get }
}

/** Segments of both that were moved twice. */
export function movedTwice(first: ReadonlyMap<string, number>, second: ReadonlyMap<string, number>): readonly string[] {
  return [...first.keys()].filter((segment) => second.has(segment))
}
