// The library's front door: what an embedder uses everywhere. Platforms are in browser.ts and node.ts.

export { createMessenger } from './messenger/create-messenger.ts'
export * from './messenger/api.ts'
export type { ReportedMessage, ReportProblem, ReportVerdict } from './protocol/report/file.ts'
export { verifyReport } from './protocol/report/file.ts'
export type {
  MediaErrorCode,
  MediaProgress,
  MediaSource,
  MediaStage,
  Passkey,
  PasskeyErrorCode,
  Platform,
  Quality,
  StorageErrorCode,
  TransportErrorCode,
  Unlock,
  VaultSecret,
  VaultSlot,
  VaultWay,
  VideoEdits,
} from './messenger/ports.ts'
export { MediaError, PasskeyError, StorageError, TransportError } from './messenger/ports.ts'
export type { MemoryPlatformOptions } from './memory.ts'
export { memoryNetwork, memoryPlatform } from './memory.ts'
export type { MemoryDisk } from './storage/memory.ts'
export { createMemoryDisk } from './storage/memory.ts'
export type { MemoryNetwork } from './transport/memory/network.ts'
