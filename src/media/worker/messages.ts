// What the page and its worker say to each other. Only plain data and Blobs, so that nothing is copied twice.

import type { MediaErrorCode, MediaStage, Quality } from '../../messenger/ports.ts'
import type { PrepareResult } from '../shared/prepared.ts'

/** A file that goes out as it is needs no worker. */
export type PreparedQuality = Exclude<Quality, 'file'>

export type ToWorker =
  | { readonly kind: 'prepare'; readonly id: number; readonly blob: Blob; readonly quality: PreparedQuality }
  | { readonly kind: 'cancel'; readonly id: number }

export type FromWorker =
  /** Its code is there and runs. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly id: number; readonly fraction: number; readonly stage?: MediaStage }
  | { readonly kind: 'done'; readonly id: number; readonly result: PrepareResult }
  | { readonly kind: 'failed'; readonly id: number; readonly code: MediaErrorCode }
