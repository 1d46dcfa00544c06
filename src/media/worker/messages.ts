// What the page and its worker say to each other. Only plain data and Blobs, so that nothing is copied twice.

import type { MediaErrorCode, MediaStage, Quality, VideoEdits } from '../../messenger/ports.ts'
import type { Picture, PrepareResult } from '../shared/prepared.ts'
import type { VideoOutlook } from '../shared/video/outlook.ts'

/** A file that goes out as it is needs no worker. */
export type PreparedQuality = Exclude<Quality, 'file'>

export type Job =
  | {
      readonly kind: 'prepare'
      readonly blob: Blob
      readonly quality: PreparedQuality
      readonly voice?: boolean
      readonly video?: VideoEdits
    }
  | { readonly kind: 'inspect'; readonly blob: Blob; readonly edits: VideoEdits }
  | { readonly kind: 'join'; readonly clips: readonly Blob[] }
  /** `isLarge`: to be worked on, not only seen. */
  | { readonly kind: 'look'; readonly blob: Blob; readonly isLarge: boolean }

/** `scratch`: the folder for files of this tab, from the root of the origin private file system. */
export type ToWorker =
  | (Job & { readonly id: number; readonly scratch?: readonly string[] })
  | { readonly kind: 'cancel'; readonly id: number }

export type Answer = PrepareResult | VideoOutlook | JoinedClips | Look

export interface JoinedClips {
  readonly kind: 'joined'
  readonly bytes: Uint8Array
}

export interface Look {
  readonly kind: 'look'
  readonly picture: Picture
}

export type FromWorker =
  /** Its code is there and runs. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly id: number; readonly fraction: number; readonly stage?: MediaStage }
  | { readonly kind: 'done'; readonly id: number; readonly result: Answer }
  | { readonly kind: 'failed'; readonly id: number; readonly code: MediaErrorCode }
