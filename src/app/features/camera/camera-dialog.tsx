// Takes photos, films in clips, and loops. What is made goes to the tray, like a chosen file.

import { useEffect, useRef, useState } from 'preact/hooks'
import { useApp } from '../../state/context.ts'
import { Alert } from '../../ui/alert.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Segments } from '../../ui/segments.tsx'
import { useHeld } from '../../state/use-held.ts'
import { useStay } from '../../state/use-stay.ts'
import { CaptureIcon } from '../capture/capture-icon.tsx'
import { captureText } from '../capture/capture-problem.ts'
import { recordedFile } from '../capture/record.ts'
import { addRecorded } from '../conversation/choose-files.ts'
import type { Choice, Recorded } from '../conversation/chosen-media.ts'
import { ClipControls } from './clip-controls.tsx'
import type { Clip } from './clips.ts'
import { takePhoto } from './take-photo.ts'
import { useCameraSource } from './use-camera-source.ts'
import type { CameraSource } from './use-camera-source.ts'
import { useClips } from './use-clips.ts'
import '../../styles/camera.css'

type Mode = 'photo' | 'video' | 'loop'

const modes: readonly { readonly value: Mode; readonly name: string }[] = [
  { value: 'photo', name: 'Photo' },
  { value: 'video', name: 'Video' },
  { value: 'loop', name: 'Loop' },
]

export function CameraDialog({
  room,
  onClose,
  onMade,
}: {
  /** So many more can be sent at once. */
  readonly room: number
  readonly onClose: () => void
  /** To be called with what is chosen by then. */
  readonly onMade: (add: (choice: Choice) => Choice) => void
}) {
  const { tools } = useApp()
  const [mode, setMode] = useState<Mode>('photo')
  const [isLeaving, setLeaving] = useState(false)
  const [failure, setFailure] = useState<string>()
  const source = useCameraSource(mode !== 'photo')
  const recorder = useClips(mode === 'loop' ? 'loop' : 'video')
  const { clips, currentMs } = recorder
  const isUsed = clips.length > 0 || currentMs !== undefined
  useStay(currentMs !== undefined ? 'recording' : isUsed ? 'unsent' : undefined)
  useHeld(isUsed ? () => setLeaving(true) : undefined)

  const add = (file: File, kind: 'photo' | 'video', recorded: Recorded) =>
    onMade((choice) => addRecorded(choice, file, kind, recorded))
  const take = async () => {
    const photo = source.video.current === null ? undefined : await takePhoto(source.video.current)
    if (photo === undefined) return setFailure('The picture could not be taken. Try again.')
    add(photo, 'photo', {})
    onClose()
  }
  const use = (made: readonly Clip[]) => {
    if (made.length > room)
      return setFailure(`Only ${room} more can be sent with what you have chosen. Join the clips, or undo some.`)
    for (const { blob, durationMs } of made) {
      const recorded = mode === 'loop' ? { durationMs, loop: true } : { durationMs }
      add(recordedFile(blob, mode === 'loop' ? 'Loop' : 'Video'), 'video', recorded)
    }
    onClose()
  }

  return (
    <Dialog label="Camera" stays={isUsed} onClose={isUsed ? () => setLeaving(true) : onClose}>
      {source.problem === undefined ? (
        <Finder source={source} isRecording={currentMs !== undefined} />
      ) : (
        <Alert
          actions={
            <button type="button" class="button button-small" onClick={source.retry}>
              Try again
            </button>
          }
        >
          {captureText(source.problem, 'camera')}
        </Alert>
      )}
      {mode !== 'photo' && source.soundProblem !== undefined && (
        <Alert>{captureText(source.soundProblem, 'microphone')} Until then clips have no sound.</Alert>
      )}
      {recorder.problem !== undefined && <Alert>{captureText(recorder.problem, 'camera')}</Alert>}
      {failure !== undefined && <Alert>{failure}</Alert>}
      <fieldset class="camera-modes" disabled={isUsed}>
        <legend class="visually-hidden">Mode</legend>
        <Segments name="camera-mode" choices={modes} value={mode} onChange={setMode} />
      </fieldset>
      {mode === 'photo' ? (
        <button
          type="button"
          class="shutter"
          aria-label="Take photo"
          disabled={source.stream === undefined}
          onClick={() => void take()}
        />
      ) : (
        <ClipControls mode={mode} stream={source.stream} recorder={recorder} joinClips={tools.joinClips} onUse={use} />
      )}
      {isLeaving && <Leaving onThrowAway={onClose} onKeep={() => setLeaving(false)} />}
    </Dialog>
  )
}

/** The focus goes to what loses nothing, and back to where it was. */
function Leaving({ onThrowAway, onKeep }: { readonly onThrowAway: () => void; readonly onKeep: () => void }) {
  const keep = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    const before = document.activeElement
    keep.current?.focus()
    return () => {
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])
  return (
    <Alert
      actions={
        <span class="camera-leaving">
          <button type="button" class="button button-small button-danger" onClick={onThrowAway}>
            Throw away
          </button>
          <button ref={keep} type="button" class="button button-small" onClick={onKeep}>
            Keep recording
          </button>
        </span>
      }
    >
      Closing throws away what you recorded.
    </Alert>
  )
}

function Finder({ source, isRecording }: { readonly source: CameraSource; readonly isRecording: boolean }) {
  const [torch, setTorch] = useState(false)
  return (
    <div class="finder">
      <video
        ref={source.video}
        class={source.isMirrored ? 'camera mirrored' : 'camera'}
        autoplay
        muted
        playsInline
        aria-label="What the camera sees"
      />
      <div class="finder-buttons">
        {source.canFlip && (
          <button
            type="button"
            class="finder-button"
            aria-label="Flip"
            disabled={isRecording}
            onClick={() => {
              setTorch(false)
              source.flip()
            }}
          >
            <CaptureIcon name="flip" />
          </button>
        )}
        {source.hasTorch && (
          <button
            type="button"
            class="finder-button"
            aria-label="Torch"
            aria-pressed={torch}
            onClick={() =>
              void source.setTorch(!torch).then((isDone) => {
                if (isDone) setTorch(!torch)
              })
            }
          >
            <CaptureIcon name="torch" />
          </button>
        )}
      </div>
    </div>
  )
}
