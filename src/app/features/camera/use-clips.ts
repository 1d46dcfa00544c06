// Records clips one after another, as long as there is room.

import { useEffect, useRef, useState } from 'preact/hooks'
import { captureProblem } from '../capture/capture-problem.ts'
import type { CaptureProblem } from '../capture/capture-problem.ts'
import { startRecording } from '../capture/record.ts'
import type { Recording } from '../capture/record.ts'
import { leftMs } from './clips.ts'
import type { Clip, ClipMode } from './clips.ts'
import { hasPicture } from './has-picture.ts'

const tickMs = 100

export interface Clips {
  readonly clips: readonly Clip[]
  /** Of the clip that is being recorded. */
  readonly currentMs: number | undefined
  readonly problem: CaptureProblem | undefined
  /** The last one held no picture, and is none of them. */
  readonly isTooShort: boolean
  readonly begin: (stream: MediaStream) => void
  readonly end: () => void
  readonly undo: () => void
}

export function useClips(mode: ClipMode): Clips {
  const [clips, setClips] = useState<readonly Clip[]>([])
  const [currentMs, setCurrentMs] = useState<number>()
  const [problem, setProblem] = useState<CaptureProblem>()
  const [isTooShort, setTooShort] = useState(false)
  const recording = useRef<Recording | undefined>(undefined)
  const timers = useRef<readonly ReturnType<typeof setTimeout>[]>([])
  const stopTimers = () => {
    for (const timer of timers.current) clearTimeout(timer)
    timers.current = []
  }
  useEffect(
    () => () => {
      stopTimers()
      recording.current?.stop()
    },
    [],
  )
  return {
    clips,
    currentMs,
    problem,
    isTooShort,
    begin(stream) {
      const left = leftMs(clips, mode)
      if (recording.current !== undefined || left === 0) return
      setProblem(undefined)
      setTooShort(false)
      let started: Recording
      try {
        started = startRecording(stream, 'video')
      } catch (error) {
        return setProblem(captureProblem(error))
      }
      recording.current = started
      setCurrentMs(0)
      timers.current = [
        setInterval(() => setCurrentMs(performance.now() - started.startedAt), tickMs),
        setTimeout(() => started.stop(), left),
      ]
      void started.ended.then(async (clip) => {
        stopTimers()
        const isFilm = await hasPicture(clip.blob)
        recording.current = undefined
        setCurrentMs(undefined)
        setTooShort(!isFilm)
        if (isFilm) setClips((before) => [...before, { ...clip, durationMs: Math.min(clip.durationMs, left) }])
      })
    },
    end: () => recording.current?.stop(),
    undo: () => {
      setTooShort(false)
      setClips((before) => before.slice(0, -1))
    },
  }
}
