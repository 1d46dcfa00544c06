// What can be undone and redone. Changes of one gesture (a slider, a drag) are one step.

import { editorLimits } from './limits.ts'

export interface History<State> {
  readonly past: readonly State[]
  readonly present: State
  readonly future: readonly State[]
  /** Names the gesture that made the present. */
  readonly gesture?: string
}

export function startHistory<State>(present: State): History<State> {
  return { past: [], present, future: [] }
}

/** `gesture`: a change of the same gesture as the one before takes its place. */
export function record<State>(history: History<State>, state: State, gesture?: string): History<State> {
  if (state === history.present) return history
  const named = gesture === undefined ? {} : { gesture }
  const goesOn = gesture !== undefined && gesture === history.gesture
  const past = goesOn ? history.past : [...history.past, history.present].slice(-editorLimits.steps)
  return { past, present: state, future: [], ...named }
}

export function undo<State>({ past, present, future }: History<State>): History<State> {
  const before = past.at(-1)
  if (before === undefined) return { past, present, future }
  return { past: past.slice(0, -1), present: before, future: [present, ...future] }
}

export function redo<State>({ past, present, future }: History<State>): History<State> {
  const [after, ...rest] = future
  if (after === undefined) return { past, present, future }
  return { past: [...past, present], present: after, future: rest }
}
