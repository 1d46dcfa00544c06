// The page of the benches: a messenger and a bare channel, driven from outside through `window.bench`.

import { browserPlatform } from '../../../src/browser.ts'
import { createMessenger } from '../../../src/index.ts'
import type { Messenger } from '../../../src/index.ts'
import type { BareChannel } from './bare-channel.ts'
import { createBareChannel } from './bare-channel.ts'
import type { FilePeer } from './peers/file-peer.ts'
import type { Library } from './peers/meet.ts'
import { meet, signalled } from './peers/meet.ts'

export interface BenchPage {
  readonly bare: BareChannel
  start(name: string): Promise<void>
  invite(): Promise<string>
  connect(link: string): Promise<void>
  accept(): Promise<void>
  /** Resolves when a direct connection to the only contact stands. */
  direct(): Promise<void>
  /** Sends the chosen file and waits until it is stored at the peer. Milliseconds. */
  sendFile(): Promise<{ readonly totalMs: number; readonly sealMs: number; readonly sizeBytes: number }>
  /** Sends a text; resolves with the time at which `send` was called, when the peer has said that it is there. */
  sendText(text: string): Promise<number>
  /** The time at which a message with this text arrived. */
  arrival(text: string): Promise<number>
  /** Connects to the other page with another library; on both pages, on one of them first. */
  meet(library: Library, isFirst: boolean, port: number): Promise<void>
  /** A message of that library from the other page. */
  signalled(message: string): void
  /** Sends the chosen file with it; resolves, in milliseconds, when the other page says that it has all of it. */
  sendFileWith(library: Library): Promise<number>
}

declare global {
  interface Window {
    bench: BenchPage
  }
}

let running: Messenger | undefined
const arrivals = new Map<string, number>()
const waiting = new Map<string, (at: number) => void>()
const peers = new Map<Library, FilePeer>()

window.bench = {
  bare: createBareChannel(),
  async start(name) {
    running = await createMessenger({ platform: browserPlatform(), relays: [location.origin], profile: { name } })
    running.addEventListener('message', ({ detail: { text = '' } }) => {
      const at = now()
      arrivals.set(text, at)
      waiting.get(text)?.(at)
    })
  },
  async invite() {
    const { link } = await messenger().invites.create()
    return link
  },
  async connect(link) {
    await messenger().invites.connect(link)
  },
  async accept() {
    const self = messenger()
    const [request] = await self.requests.list()
    if (request !== undefined) return void (await self.requests.accept(request.id))
    await new Promise<void>((resolve, reject) => {
      self.addEventListener('request', ({ detail }) => {
        self.requests.accept(detail.id).then(() => resolve(), reject)
      })
    })
  },
  async direct() {
    const self = messenger()
    const { id, conversationId } = await contact()
    const stands = new Promise<void>((resolve) => {
      self.addEventListener('presence', ({ detail }) => {
        if (detail.contactId === id && detail.direct) resolve()
      })
    })
    await self.conversations.warm(conversationId)
    if ((await self.contacts.get(id))?.direct !== true) await stands
  },
  async sendFile() {
    const self = messenger()
    const file = chosenFile()
    const { conversationId } = await contact()
    const startedAt = performance.now()
    const sent = await self.send(conversationId, { media: [{ data: file, quality: 'original' }] })
    const sealMs = performance.now() - startedAt
    await sent.state('delivered')
    const totalMs = performance.now() - startedAt
    await self.messages.delete(sent.id)
    return { totalMs, sealMs, sizeBytes: file.size }
  },
  async sendText(text) {
    const { conversationId } = await contact()
    const startedAt = now()
    const sent = await messenger().send(conversationId, { text })
    await sent.state('delivered')
    return startedAt
  },
  async arrival(text) {
    return arrivals.get(text) ?? new Promise((resolve) => waiting.set(text, resolve))
  },
  async meet(library, isFirst, port) {
    peers.set(library, await meet(library, isFirst, port))
  },
  signalled,
  async sendFileWith(library) {
    const peer = peers.get(library)
    if (peer === undefined) throw new Error('not connected')
    const file = chosenFile()
    const startedAt = performance.now()
    await peer.send(file)
    return performance.now() - startedAt
  },
}

function chosenFile(): File {
  const file = document.querySelector('input')?.files?.[0]
  if (file === undefined) throw new Error('no file was chosen')
  return file
}

function messenger(): Messenger {
  if (running === undefined) throw new Error('not started')
  return running
}

async function contact() {
  const [first] = await messenger().contacts.list()
  if (first === undefined) throw new Error('nobody is connected')
  return first
}

/** Comparable between two pages on one machine. */
function now(): number {
  return performance.timeOrigin + performance.now()
}
