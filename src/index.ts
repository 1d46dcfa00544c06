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
  Quality,
  StorageErrorCode,
  TransportErrorCode,
  VideoEdits,
} from './messenger/ports.ts'
export { MediaError, StorageError, TransportError } from './messenger/ports.ts'
export type { Passkey, PasskeyErrorCode, Unlock, VaultSecret, VaultSlot, VaultWay } from './messenger/ports/vault.ts'
export { PasskeyError } from './messenger/ports/vault.ts'
export type { Platform } from './messenger/ports/platform.ts'
export type { MemoryPlatformOptions } from './memory.ts'
export { memoryNetwork, memoryPlatform } from './memory.ts'
export type { MemoryDisk } from './storage/memory.ts'
export { createMemoryDisk } from './storage/memory.ts'
export type { MemoryNetwork } from './transport/memory/network.ts'
