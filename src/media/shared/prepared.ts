// What a preparer hands to the messenger.

import type { PreparedMedia } from '../../messenger/ports.ts'
import type { VideoPlan } from './mp4/plan.ts'
import { plannedSource } from './mp4/read-plan.ts'
import type { ScratchFile } from './scratch/scratch-file.ts'
import { scratchSource } from './scratch/scratch-file.ts'
import type { ByteSource } from './source.ts'
import { bytesSource } from './source.ts'

/** An encoded picture, upright as displayed. */
export interface Picture {
  readonly mime: string
  readonly width: number
  readonly height: number
  readonly bytes: Uint8Array
}

export interface PhotoResult {
  readonly kind: 'photo'
  readonly mime: string
  /** As displayed. */
  readonly width: number
  readonly height: number
  readonly bytes: Uint8Array
  readonly thumbhash?: Uint8Array
  /** As it was taken, where it is more than what is shown. */
  readonly original?: Picture
}

export interface VideoResult {
  readonly kind: 'video'
  readonly plan: VideoPlan
  /** The bytes that the plan refers to, where they are not the source's. */
  readonly rebuilt?: Uint8Array | ScratchFile
  readonly thumbhash?: Uint8Array
  readonly poster?: Picture
}

export interface VoiceResult {
  readonly kind: 'voice'
  readonly bytes: Uint8Array
  readonly durationMs: number
  readonly waveform: Uint8Array
}

export type PrepareResult = PhotoResult | VideoResult | VoiceResult

/** `close` ends the use of the source. */
export function preparedMedia(result: PrepareResult, source: ByteSource, close: () => Promise<void>): PreparedMedia {
  if (result.kind === 'photo') return photo(result, close)
  return result.kind === 'video' ? video(result, source, close) : voice(result, close)
}

function voice({ kind, bytes, durationMs, waveform }: VoiceResult, close: () => Promise<void>): PreparedMedia {
  return { kind, mime: 'audio/mp4', width: 0, height: 0, durationMs, waveform, ...bytesSource(bytes), close }
}

function photo(
  { kind, mime, width, height, bytes, thumbhash, original }: PhotoResult,
  close: () => Promise<void>,
): PreparedMedia {
  const seen = { ...(thumbhash && { thumbhash }), ...(original && { original: readable(original) }) }
  return { kind, mime, width, height, ...seen, ...bytesSource(bytes), close }
}

function readable({ mime, width, height, bytes }: Picture): NonNullable<PreparedMedia['original']> {
  return { mime, width, height, ...bytesSource(bytes) }
}

function video(result: VideoResult, source: ByteSource, close: () => Promise<void>): PreparedMedia {
  const { kind, plan, rebuilt, thumbhash, poster } = result
  const bytes = plannedSource(plan, rebuiltSource(rebuilt) ?? source)
  const { width, height, durationMs } = plan
  const seen = { ...(thumbhash && { thumbhash }), ...(poster && { poster }) }
  return { kind, mime: 'video/mp4', width, height, durationMs, ...seen, ...bytes, close }
}

function rebuiltSource(rebuilt: VideoResult['rebuilt']): ByteSource | undefined {
  if (rebuilt === undefined) return undefined
  return rebuilt instanceof Uint8Array ? bytesSource(rebuilt) : scratchSource(rebuilt)
}
