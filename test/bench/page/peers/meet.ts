// Two pages that meet through one of the libraries, each loaded when it is its turn.

import type { FilePeer, Meeting } from './file-peer.ts'

declare global {
  interface Window {
    /** Hands a message to the other page. */
    sendSignal?(message: string): void
  }
}

const libraries = {
  PeerJS: async (meeting: Meeting) => (await import('./peer-js.ts')).meetWithPeerJs(meeting),
  'simple-peer': async (meeting: Meeting) => (await import('./simple-peer.ts')).meetWithSimplePeer(meeting),
  Trystero: async (meeting: Meeting) => (await import('./trystero.ts')).meetWithTrystero(meeting),
  WebTorrent: async (meeting: Meeting) => (await import('./web-torrent.ts')).meetWithWebTorrent(meeting),
} as const
export type Library = keyof typeof libraries

const handlers = new Map<string, (message: string) => void>()
const early = new Map<string, string[]>()

/** For one library: what came before it listened waits. */
function onSignal(library: Library, handle: (message: string) => void): void {
  handlers.set(library, handle)
  for (const message of early.get(library) ?? []) handle(message)
  early.delete(library)
}

/** From the other page. */
export function signalled(text: string): void {
  const { library, message }: { readonly library: Library; readonly message: string } = JSON.parse(text)
  const handle = handlers.get(library)
  if (handle === undefined) early.set(library, [...(early.get(library) ?? []), message])
  else handle(message)
}

export function meet(library: Library, isFirst: boolean, port: number): Promise<FilePeer> {
  return libraries[library]({
    isFirst,
    port,
    signal: (message) => window.sendSignal?.(JSON.stringify({ library, message })),
    onSignal: (handle) => onSignal(library, handle),
  })
}
