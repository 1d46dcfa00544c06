// What is changed in a video. It is cut when it is sent; here is only said how.

import type { VideoEdits } from '../../../messenger/ports.ts'

export interface VideoEdit {
  readonly startMs: number
  readonly endMs: number
  readonly mute: boolean
  /** The moment of the file that its still shows; undefined: as usual. */
  readonly posterMs?: number
}

/** Shorter ones would be over before they are seen. */
export const minVideoMs = 500

export function wholeVideo(durationMs: number): VideoEdit {
  return { startMs: 0, endMs: durationMs, mute: false }
}

export function withStart(edit: VideoEdit, startMs: number): VideoEdit {
  return heldInside({ ...edit, startMs: Math.max(0, Math.min(startMs, edit.endMs - minVideoMs)) })
}

export function withEnd(edit: VideoEdit, endMs: number, durationMs: number): VideoEdit {
  return heldInside({ ...edit, endMs: Math.min(durationMs, Math.max(endMs, edit.startMs + minVideoMs)) })
}

/** Undefined when nothing is changed. */
export function videoEdits(edit: VideoEdit, durationMs: number): VideoEdits | undefined {
  const { startMs, endMs, mute, posterMs } = edit
  const trimmed = startMs > 0 || endMs < durationMs
  if (!trimmed && !mute && posterMs === undefined) return undefined
  return {
    ...(trimmed ? { trim: { startMs: Math.round(startMs), endMs: Math.round(endMs) } } : {}),
    ...(mute ? { mute } : {}),
    ...(posterMs === undefined ? {} : { posterMs: Math.round(posterMs - startMs) }),
  }
}

/** The other way, to go on with what was chosen before. */
export function videoEdit(edits: VideoEdits | undefined, durationMs: number): VideoEdit {
  const startMs = Math.min(edits?.trim?.startMs ?? 0, durationMs)
  const endMs = Math.min(edits?.trim?.endMs ?? durationMs, durationMs)
  const poster = edits?.posterMs === undefined ? {} : { posterMs: startMs + edits.posterMs }
  return { startMs, endMs, mute: edits?.mute === true, ...poster }
}

function heldInside(edit: VideoEdit): VideoEdit {
  if (edit.posterMs === undefined) return edit
  return { ...edit, posterMs: Math.min(edit.endMs, Math.max(edit.startMs, edit.posterMs)) }
}
