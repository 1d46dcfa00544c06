// What a browser moved: media segments over HTTP, how often each one, and bytes over direct connections.

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

export interface DirectTraffic {
  /** Bytes that have left its pages over direct connections so far: without what waits in a page to be sent. */
  sentBytes(): number
}

/** Counts in every page that is loaded from now on, also in those that die. */
export async function watchDirect(context: BrowserContext): Promise<DirectTraffic> {
  let sentBytes = 0
  await context.exposeBinding('tellSent', (_, bytes: number) => void (sentBytes += bytes))
  await context.addInitScript(tellWhatIsSent)
  return { sentBytes: () => sentBytes }
}

declare global {
  interface Window {
    /** Bytes that left the page since it told last. */
    tellSent(bytes: number): Promise<void>
  }
}

/** Runs in the page, before its scripts. */
function tellWhatIsSent(): void {
  /** Bytes that each channel was given. */
  const given = new Map<RTCDataChannel, number>()
  let toldBytes = 0

  const tell = (): void => {
    let leftBytes = 0
    for (const [channel, bytes] of given) leftBytes += bytes - channel.bufferedAmount
    if (leftBytes <= toldBytes) return
    void window.tellSent(leftBytes - toldBytes)
    toldBytes = leftBytes
  }

  const { prototype } = RTCDataChannel
  const send = prototype.send as (this: RTCDataChannel, data: ArrayBufferView<ArrayBuffer>) => void
  prototype.send = function (this: RTCDataChannel, data: ArrayBufferView<ArrayBuffer>) {
    send.call(this, data)
    given.set(this, (given.get(this) ?? 0) + data.byteLength)
    tell()
  } as typeof prototype.send
  // What had to wait leaves without a word.
  setInterval(tell, 50)
}
