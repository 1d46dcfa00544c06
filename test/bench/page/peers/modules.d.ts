// What the bench uses of libraries that come without types.

declare module 'simple-peer/simplepeer.min.js' {
  export default class SimplePeer {
    constructor(options: { readonly initiator: boolean; readonly config: RTCConfiguration })
    on(event: 'signal', handle: (data: object) => void): void
    on(event: 'connect', handle: () => void): void
    on(event: 'data', handle: (data: Uint8Array) => void): void
    once(event: 'drain', handle: () => void): void
    signal(data: string): void
    send(data: string): void
    /** False: wait for `drain`. */
    write(data: Uint8Array): boolean
  }
}

declare module 'webtorrent/dist/webtorrent.min.js' {
  interface Torrent {
    readonly magnetURI: string
    on(event: 'done', handle: () => void): void
    destroy(): void
  }
  export default class WebTorrent {
    constructor(options: object)
    add(torrentId: string, options: object): Torrent
    seed(file: File, options: object, seeding: (torrent: Torrent) => void): Torrent
  }
}
