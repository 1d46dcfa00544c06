// The button that films while it is held, a bar of the clips so far, and what to do with them.

import { useRef } from 'preact/hooks'
import { formatDuration } from '../../state/format.ts'
import type { MediaTools } from '../../state/media-tools.ts'
import { Alert } from '../../ui/alert.tsx'
import { ProgressRing } from '../../ui/progress-ring.tsx'
import { CaptureIcon } from '../capture/capture-icon.tsx'
import { useHold } from '../capture/use-hold.ts'
import { leftMs, longestMs, totalMs } from './clips.ts'
import type { Clip, ClipMode } from './clips.ts'
import type { Clips } from './use-clips.ts'
import { useJoin } from './use-join.ts'

export function ClipControls({
  mode,
  stream,
  recorder,
  joinClips,
  onUse,
}: {
  readonly mode: ClipMode
  readonly stream: MediaStream | undefined
  readonly recorder: Clips
  /** Undefined: they stay single videos. */
  readonly joinClips: MediaTools['joinClips'] | undefined
  readonly onUse: (clips: readonly Clip[]) => void
}) {
  const { clips, currentMs } = recorder
  const isRecording = currentMs !== undefined
  const join = useJoin(joinClips)
  const isJoining = join?.fraction !== undefined
  const mainButton = useRef<HTMLButtonElement>(null)
  const hold = useHold({
    isActive: isRecording,
    begin: () => {
      if (stream !== undefined) recorder.begin(stream)
    },
    end: recorder.end,
  })
  const filmedMs = totalMs(clips) + (currentMs ?? 0)
  const isFull = leftMs(clips, mode) === 0
  const use = () => {
    if (clips.length === 1 || join === undefined) return onUse(clips)
    join.begin(clips, (joined) => onUse([joined]))
  }
  const stopJoining = () => {
    join?.cancel()
    // The button that was pressed goes.
    mainButton.current?.focus()
  }
  return (
    <>
      <SegmentBar clips={clips} currentMs={currentMs} mode={mode} />
      <div class="clip-row">
        <button
          type="button"
          class="icon-button"
          aria-label="Undo clip"
          disabled={clips.length === 0 || isRecording || isJoining}
          onClick={recorder.undo}
        >
          <CaptureIcon name="undo" />
        </button>
        <button
          type="button"
          class={isRecording ? 'shutter shutter-film filming' : 'shutter shutter-film'}
          aria-label={isRecording ? 'Stop clip' : 'Record clip'}
          disabled={stream === undefined || isJoining || (isFull && !isRecording)}
          {...hold.handlers}
        />
        <span class="clip-time" role="timer" aria-live="off">
          {formatDuration(filmedMs)}
        </span>
      </div>
      <p class="fine clip-hint" role="status">
        {isRecording ? 'Recording' : hint(mode, recorder, isFull, joinClips !== undefined)}
      </p>
      {join?.error !== undefined && (
        <Alert
          actions={
            <button type="button" class="button button-small" onClick={() => onUse(clips)}>
              Use single clips
            </button>
          }
        >
          The clips could not be joined. They are kept. {join.error}
        </Alert>
      )}
      {isJoining && <ProgressRing label="Joining" doneBytes={join.fraction} totalBytes={1} />}
      <div class="button-row">
        <button
          ref={mainButton}
          type="button"
          class="button button-primary"
          disabled={clips.length === 0 || isRecording}
          // Not `disabled`: it keeps the focus.
          aria-disabled={isJoining}
          onClick={use}
        >
          {isJoining ? 'Joining…' : 'Use recording'}
        </button>
        {isJoining && (
          <button type="button" class="button button-quiet" onClick={stopJoining}>
            Cancel
          </button>
        )}
      </div>
    </>
  )
}

function SegmentBar({
  clips,
  currentMs,
  mode,
}: {
  readonly clips: readonly Clip[]
  readonly currentMs: number | undefined
  readonly mode: ClipMode
}) {
  const lengths = [...clips.map(({ durationMs }) => durationMs), ...(currentMs === undefined ? [] : [currentMs])]
  return (
    <div class="clip-bar" aria-hidden="true">
      {lengths.map((lengthMs, index) => (
        <span
          key={index}
          class="clip-part"
          style={{ inlineSize: `${Math.min(100, (lengthMs / longestMs[mode]) * 100)}%` }}
        />
      ))}
    </div>
  )
}

function hint(
  mode: ClipMode,
  { clips: { length: count }, isTooShort }: Clips,
  isFull: boolean,
  isJoined: boolean,
): string {
  if (isTooShort) return 'That was too short to film anything. Hold longer, or tap to begin and to end.'
  if (isFull) return 'It is full. Use it, or undo a clip.'
  const most = formatDuration(longestMs[mode])
  if (count === 0) return `Hold to record, or tap to begin and to end. Up to ${most}.`
  const clips = count === 1 ? '1 clip.' : `${count} clips.`
  return count > 1 && !isJoined ? `${clips} They are sent one after another.` : `${clips} Hold to record another.`
}
