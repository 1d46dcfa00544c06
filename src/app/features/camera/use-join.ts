// The clips of one recording become one video. That takes a while and can be stopped: the clips are kept until it is done.

import { useEffect, useRef, useState } from 'preact/hooks'
import type { MediaTools } from '../../state/media-tools.ts'
import { useTask } from '../../ui/use-task.ts'
import { totalMs } from './clips.ts'
import type { Clip } from './clips.ts'

export interface Join {
  /** 0 to 1; undefined: nothing is joined. */
  readonly fraction: number | undefined
  readonly error: string | undefined
  /** Does nothing while others are joined. `onJoined` is not called once it was stopped. */
  readonly begin: (clips: readonly Clip[], onJoined: (clip: Clip) => void) => void
  readonly cancel: () => void
}

/** Undefined where the page cannot: they stay single videos. */
export function useJoin(joinClips: MediaTools['joinClips'] | undefined): Join | undefined {
  const task = useTask()
  const [fraction, setFraction] = useState(0)
  const running = useRef<AbortController | undefined>(undefined)
  const cancel = () => running.current?.abort()
  useEffect(() => cancel, [])
  if (joinClips === undefined) return undefined
  return {
    fraction: task.busy ? fraction : undefined,
    error: task.error,
    begin: (clips, onJoined) =>
      task.run(async () => {
        const controller = new AbortController()
        running.current = controller
        const { signal } = controller
        setFraction(0)
        const blobs = clips.map(({ blob }) => blob)
        const blob = await joinClips(blobs, { signal, onProgress: setFraction })
        if (!signal.aborted) onJoined({ blob, durationMs: totalMs(clips) })
      }),
    cancel,
  }
}
