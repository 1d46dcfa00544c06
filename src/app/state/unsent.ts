// What is in this tab and nowhere else: recordings, and photos and videos that were chosen and not sent. To lock the app
// would lose it, and so would closing the tab: the browser asks before that.

export type Holding =
  /** A camera or a microphone records: the person is there. */
  'recording' | 'unsent'

export interface Unsent {
  /** Undefined: this one holds nothing any more. */
  hold(holder: object, holding: Holding | undefined): void
  isHeld(): boolean
  isRecording(): boolean
}

export function createUnsent(): Unsent {
  const held = new Map<object, Holding>()
  return {
    hold(holder, holding) {
      if (holding === undefined) held.delete(holder)
      else held.set(holder, holding)
    },
    isHeld: () => held.size > 0,
    isRecording: () => [...held.values()].includes('recording'),
  }
}
