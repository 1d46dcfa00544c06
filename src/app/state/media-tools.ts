// What a page can do with photos and videos before they are sent. Whoever puts the app together says what of it there is.

import type { Quality, VideoEdits } from '../../messenger/ports.ts'

export interface MediaTools {
  /** Clips of one recording as one video, to be sent like any other. @throws MediaError */
  joinClips(clips: readonly Blob[], options: JoinOptions): Promise<Blob>
  /** A small picture of a photo that this browser cannot show by itself; a large one to be edited. @throws MediaError */
  look(file: Blob, options: { readonly isLarge?: boolean; readonly signal: AbortSignal }): Promise<Blob>
  /** What leaves at this quality, of a video as it is edited; undefined where nobody can tell before. @throws MediaError */
  estimate(
    file: Blob,
    quality: Exclude<Quality, 'file'>,
    options: { readonly video: VideoEdits; readonly signal: AbortSignal },
  ): Promise<FileOutlook | undefined>
  /** What leaves with the very file besides what is seen in it. For the person's own eyes. @throws MediaError */
  describe(file: Blob): Promise<FileFacts>
}

export interface JoinOptions {
  readonly signal: AbortSignal
  /** 0 to 1. */
  readonly onProgress: (fraction: number) => void
}

export interface FileOutlook {
  /** About. */
  readonly sizeBytes: number
  /** Of a video; `kept`: it is sent in its own encoding and size. */
  readonly encoding?: 'kept' | 'converted'
  /** Of a video; `perhaps`: not by every browser. */
  readonly plays?: 'everywhere' | 'perhaps'
}

export interface FileFacts {
  readonly position?: object
  readonly device?: string
  readonly owner?: string
  readonly date?: string
  readonly title?: string
  /** A small picture, which may show what was cut off later. */
  readonly hasThumbnail: boolean
  /** False: there is more, or it could not be looked into. */
  readonly isComplete: boolean
}
