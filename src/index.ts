// The library's front door: what an embedder uses everywhere. Platforms are in browser.ts and node.ts.

export { createMessenger } from './messenger/create-messenger.ts'
export * from './messenger/api.ts'
export type {
  MediaErrorCode,
  MediaSource,
  Platform,
  Quality,
  StorageErrorCode,
  TransportErrorCode,
} from './messenger/ports.ts'
export { MediaError, StorageError, TransportError } from './messenger/ports.ts'
