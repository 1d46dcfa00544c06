// Records a voice: held, or begun and ended by a tap. Slid aside while it is held it is cancelled; slid up it goes on.

import { useEffect, useRef, useState } from 'preact/hooks'
import { formatDuration } from '../../state/format.ts'
import { Alert } from '../../ui/alert.tsx'
import { Icon } from '../../ui/icon.tsx'
import { useStay } from '../../state/use-stay.ts'
import { CaptureIcon } from '../capture/capture-icon.tsx'
import { captureProblem, captureText } from '../capture/capture-problem.ts'
import type { CaptureProblem } from '../capture/capture-problem.ts'
import { recordedFile } from '../capture/record.ts'
import { useHold } from '../capture/use-hold.ts'
import { addRecorded } from '../conversation/choose-files.ts'
import type { Choice } from '../conversation/chosen-media.ts'
import { openVoice } from './voice-session.ts'
import type { VoiceSession } from './voice-session.ts'
import '../../styles/voice.css'

/** Longer than anybody listens to. */
const longestMs = 300_000
/** How far a held button is slid: far enough that no trembling hand does it. */
const cancelPx = 96
const lockPx = 64

interface Run {
  session?: VoiceSession
  /** Cancelled, or its view is gone. */
  isOver: boolean
  /** As the person wished; otherwise the microphone is gone. */
  isStopped: boolean
}

export function VoiceRecorder({
  isFull,
  onRecording,
  onVoice,
}: {
  /** Nothing more can be sent with what is chosen. */
  readonly isFull: boolean
  /** It needs the room of everything beside it. */
  readonly onRecording: (isRecording: boolean) => void
  /** To be called with what is chosen by then. */
  readonly onVoice: (add: (choice: Choice) => Choice) => void
}) {
  const [isAsking, setAsking] = useState(false)
  const [session, setSession] = useState<VoiceSession>()
  const [problem, setProblem] = useState<CaptureProblem>()
  const run = useRef<Run | undefined>(undefined)
  const button = useRef<HTMLButtonElement>(null)
  const isActive = isAsking || session !== undefined
  useStay(session === undefined ? undefined : 'recording')

  const abandon = () => {
    if (run.current === undefined) return
    run.current.isOver = true
    run.current.session?.close()
    run.current = undefined
  }
  // Whoever looks at something else finds what they have said so far where they left it.
  useEffect(
    () => () => {
      if (run.current?.session === undefined) return abandon()
      run.current.isStopped = true
      run.current.session.recording.stop()
    },
    [],
  )
  useEffect(() => onRecording(isActive || problem !== undefined), [isActive, problem])

  const record = async (mine: Run) => {
    const voice = await openVoice()
    if (mine.isOver) return voice.close()
    mine.session = voice
    setAsking(false)
    setSession(voice)
    const timer = setTimeout(() => {
      mine.isStopped = true
      voice.recording.stop()
    }, longestMs)
    const { blob, durationMs } = await voice.recording.ended
    clearTimeout(timer)
    const waveform = voice.waveform()
    voice.close()
    if (mine.isOver) return
    if (!mine.isStopped) setProblem('unplugged')
    if (blob.size === 0) return
    const file = recordedFile(blob, 'Voice note')
    onVoice((choice) => addRecorded(choice, file, 'voice', { durationMs, waveform }))
  }
  const finish = () => {
    run.current = undefined
    setAsking(false)
    setSession(undefined)
  }
  const begin = () => {
    if (isActive) return
    const mine: Run = { isOver: false, isStopped: false }
    run.current = mine
    setProblem(undefined)
    setAsking(true)
    record(mine)
      .catch((error: unknown) => {
        if (!mine.isOver) setProblem(captureProblem(error))
      })
      .finally(() => {
        if (!mine.isOver) finish()
      })
  }
  const end = () => {
    // Whoever lets go while the browser still asks goes on without holding.
    if (run.current?.session === undefined) return
    run.current.isStopped = true
    run.current.session.recording.stop()
  }
  const cancel = () => {
    abandon()
    finish()
    button.current?.focus()
  }
  const hold = useHold({
    isActive: session !== undefined,
    begin,
    end,
    onSlide(x, y) {
      const isRtl = getComputedStyle(document.documentElement).direction === 'rtl'
      if ((isRtl ? x : -x) > cancelPx) {
        hold.letGo()
        cancel()
      } else if (-y > lockPx) {
        hold.letGo()
      }
    },
  })

  return (
    <div
      class={isActive ? 'voice-recorder active' : 'voice-recorder'}
      role="presentation"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !isActive) return
        event.preventDefault()
        event.stopPropagation()
        cancel()
      }}
    >
      {isActive && (
        <button type="button" class="icon-button" aria-label="Cancel recording" onClick={cancel}>
          <Icon name="trash" size={20} />
        </button>
      )}
      {isActive && (session === undefined ? <Waiting /> : <Level session={session} isHeld={hold.isHeld} />)}
      {problem !== undefined && !isActive && (
        <Alert
          actions={
            <button
              type="button"
              class="icon-button"
              aria-label="Dismiss"
              onClick={() => {
                setProblem(undefined)
                button.current?.focus()
              }}
            >
              <Icon name="close" size={18} />
            </button>
          }
        >
          {captureText(problem, 'microphone')}
        </Alert>
      )}
      <button
        ref={button}
        type="button"
        class={isActive ? 'icon-button voice-button recording' : 'icon-button voice-button'}
        aria-label={session === undefined ? 'Record voice' : 'Stop recording'}
        disabled={isFull && !isActive}
        {...hold.handlers}
      >
        <CaptureIcon name={session === undefined ? 'voice' : 'stop'} />
      </button>
    </div>
  )
}

function Waiting() {
  return (
    <p class="voice-words fine" role="status">
      Waiting for the microphone
    </p>
  )
}

const tickMs = 80

function Level({ session, isHeld }: { readonly session: VoiceSession; readonly isHeld: boolean }) {
  const [elapsedMs, setElapsed] = useState(0)
  const bar = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    const timer = setInterval(() => {
      bar.current?.style.setProperty('--level', session.listen().toFixed(3))
      setElapsed(performance.now() - session.recording.startedAt)
    }, tickMs)
    return () => clearInterval(timer)
  }, [session])
  return (
    <>
      <span class="voice-dot" aria-hidden="true" />
      <span class="voice-time" role="timer" aria-live="off">
        {formatDuration(elapsedMs)}
      </span>
      <span class="voice-level" aria-hidden="true" ref={bar} />
      <p class="voice-words fine" role="status">
        {isHeld ? 'Slide aside to cancel, up to let go' : 'Recording'}
      </p>
    </>
  )
}
