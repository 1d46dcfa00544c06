// What the page and the worker that owns the files say to each other. The page numbers its requests and may send many
// before the first reply; replies come in any order. Buffers change hands, they are not copied.

import type { StorageErrorCode } from '../../messenger/ports.ts'
import type { Bytes } from '../../protocol/bytes.ts'

export type OpfsCall =
  | { readonly method: 'open'; readonly folder: string }
  | { readonly method: 'create'; readonly blobId: string; readonly segmentCount: number }
  | { readonly method: 'write'; readonly blobId: string; readonly index: number; readonly bytes: Bytes }
  | { readonly method: 'read'; readonly blobId: string; readonly index: number }
  | { readonly method: 'sync' | 'present' | 'delete'; readonly blobId: string }
  | { readonly method: 'list' | 'usage' | 'close' }

export type OpfsValue =
  | undefined
  | Bytes
  | readonly string[]
  | { readonly usedBytes: number; readonly quotaBytes?: number }

export interface OpfsRequest {
  readonly id: number
  readonly call: OpfsCall
}

export type OpfsReply =
  | { readonly id: number; readonly ok: true; readonly value: OpfsValue }
  | { readonly id: number; readonly ok: false; readonly code: StorageErrorCode }
