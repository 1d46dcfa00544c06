// One library that moves files between two pages, used the way its own documentation says.

export interface FilePeer {
  /** Sends it to the other page. Resolves when that one has all of it. */
  send(file: File): Promise<void>
}

/** What a page needs to find the other one: nothing of it leaves the machine. */
export interface Meeting {
  /** One of the two begins. */
  readonly isFirst: boolean
  /** Of the PeerServer and the tracker on this machine. */
  readonly port: number
  /** Hands a message to the other page. */
  signal(message: string): void
  onSignal(handle: (message: string) => void): void
}

/** No server is asked for addresses: both pages are on one machine. */
export const rtcConfig: RTCConfiguration = { iceServers: [] }

export const done = 'done'
