// The line of a browser as far as media go: how many bytes of segments have come through it, and how many it lets through.
// A line that gives so many bytes and no more shows what is asked for first without measuring any time.

import type { BrowserContext, Page } from 'playwright'

export interface Line {
  /** Bytes of messages and of segments that have come to the page, whoever they came from. */
  readonly arrivedBytes: number
  /** Bytes of segments that may still come in from a relay, or go out over direct connections. */
  open(sizeBytes: number): void
}

declare global {
  interface Window {
    line: Line
  }
}

/** Before the browser's first page is loaded. Everything goes through until `letThrough`. */
export async function watchLine(context: BrowserContext): Promise<void> {
  await context.addInitScript(layLine)
}

export function arrivedBytes(page: Page): Promise<number> {
  return page.evaluate(() => window.line.arrivedBytes)
}

/** From now on so many bytes of segments go through, on top of what is left. */
export async function letThrough(pages: readonly Page[], sizeBytes: number): Promise<void> {
  for (const page of pages) await page.evaluate((bytes) => window.line.open(bytes), sizeBytes)
}

/** Runs in the page, before its scripts. */
function layLine(): void {
  /** Smaller ones are messages. */
  const segmentPart = 16 * 1024
  const segmentBytes = 256 * 1024
  let arrivedBytes = 0
  let leftBytes = Infinity
  let waiting: { readonly sizeBytes: number; readonly go: () => void }[] = []

  const flow = (): void => {
    for (let [next] = waiting; next !== undefined && leftBytes >= next.sizeBytes; [next] = waiting) {
      waiting = waiting.slice(1)
      leftBytes -= next.sizeBytes
      next.go()
    }
  }
  const pass = (sizeBytes: number, go: () => void): void => {
    waiting.push({ sizeBytes, go })
    flow()
  }
  window.line = {
    get arrivedBytes() {
      return arrivedBytes
    },
    open(sizeBytes) {
      leftBytes = (leftBytes === Infinity ? 0 : leftBytes) + sizeBytes
      flow()
    },
  }

  const count = (channel: RTCDataChannel): void => {
    channel.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => void (arrivedBytes += data.byteLength))
  }
  const Native = window.RTCPeerConnection
  window.RTCPeerConnection = class extends Native {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      this.addEventListener('datachannel', ({ channel }) => count(channel))
    }
    override createDataChannel(label: string, options?: RTCDataChannelInit): RTCDataChannel {
      const channel = super.createDataChannel(label, options)
      count(channel)
      return channel
    }
  }

  // What waits of one channel keeps its order; what is behind it waits too.
  const held = new WeakMap<RTCDataChannel, number>()
  const { prototype } = RTCDataChannel
  const send = prototype.send as (this: RTCDataChannel, data: ArrayBufferView<ArrayBuffer>) => void
  const buffered = Object.getOwnPropertyDescriptor(prototype, 'bufferedAmount')
  Object.defineProperty(prototype, 'bufferedAmount', {
    configurable: true,
    get(this: RTCDataChannel): number {
      return Number(buffered?.get?.call(this)) + (held.get(this) ?? 0)
    },
  })
  prototype.send = function (this: RTCDataChannel, data: ArrayBufferView<ArrayBuffer>) {
    const sizeBytes = data.byteLength
    const before = held.get(this) ?? 0
    if (before === 0 && sizeBytes < segmentPart) return send.call(this, data)
    // The sender uses its memory again.
    const copy = new Uint8Array(data.buffer, data.byteOffset, sizeBytes).slice()
    held.set(this, before + sizeBytes)
    pass(sizeBytes, () => {
      held.set(this, (held.get(this) ?? 0) - sizeBytes)
      if (this.readyState === 'open') send.call(this, copy)
    })
  } as typeof prototype.send

  const fetchNow = window.fetch
  window.fetch = async (input, init) => {
    const url = String(input instanceof Request ? input.url : input)
    const isSegment = /\/v1\/blobs\/[0-9a-f]{64}\/\d+$/.test(url) && (init?.method ?? 'GET') === 'GET'
    if (!isSegment) return fetchNow(input, init)
    await new Promise<void>((resolve) => pass(segmentBytes, resolve))
    const response = await fetchNow(input, init)
    if (response.ok) arrivedBytes += Number(response.headers.get('content-length') ?? segmentBytes)
    return response
  }
}
