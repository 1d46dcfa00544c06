// The clips of one recording, in order, and how much room is left.

export interface Clip {
  readonly blob: Blob
  readonly durationMs: number
}

/** What one message wants to show, not what the device could hold. A loop is short, or nobody watches it twice. */
export const longestMs = { video: 60_000, loop: 6_000 } as const

export type ClipMode = keyof typeof longestMs

export function totalMs(clips: readonly Clip[]): number {
  return clips.reduce((sum, { durationMs }) => sum + durationMs, 0)
}

/** Below this nothing is worth beginning: the recorder itself takes some of it to start. */
const leastMs = 500

/** 0 when it is full. */
export function leftMs(clips: readonly Clip[], mode: ClipMode): number {
  const left = longestMs[mode] - totalMs(clips)
  return left < leastMs ? 0 : left
}
