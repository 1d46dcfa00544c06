// Edits a video before it is sent: which part of it, with or without sound, which still, and its words. It is cut when it
// is prepared; here nothing is encoded.

import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { formatDuration } from '../../state/format.ts'
import { stopVideo } from '../../ui/stop-video.ts'
import { Switch } from '../../ui/switch.tsx'
import type { ChosenMedia } from '../conversation/chosen-media.ts'
import { EditorFrame } from './editor-frame.tsx'
import { FilmStrip } from './film-strip.tsx'
import { Slider } from './slider.tsx'
import { useObjectUrl } from './use-object-url.ts'
import { minVideoMs, videoEdit, videoEdits, withEnd, withStart } from './video-edit.ts'
import type { VideoEdit } from './video-edit.ts'
import { WordsTool } from './words-tool.tsx'
import type { Words } from './words-tool.tsx'

const stepMs = 100

interface Properties {
  readonly item: ChosenMedia
  readonly onDone: (change: Partial<ChosenMedia>) => void
  readonly onClose: () => void
}

export function VideoEditor({ item, onDone, onClose }: Properties) {
  const url = useObjectUrl(item.file)
  const video = useRef<HTMLVideoElement>(null)
  const [durationMs, setDuration] = useState<number>()
  const [edit, setEdit] = useState<VideoEdit>()
  const [words, setWords] = useState<Words>({ caption: item.caption, altText: item.altText })
  const [failed, setFailed] = useState(false)
  useLayoutEffect(() => {
    const element = video.current
    return () => stopVideo(element)
  }, [])

  const edits = edit === undefined || durationMs === undefined ? item.video : videoEdits(edit, durationMs)
  const changed =
    JSON.stringify(edits) !== JSON.stringify(item.video) ||
    words.caption !== item.caption ||
    words.altText !== item.altText
  const show = (next: VideoEdit, atMs: number) => {
    setEdit(next)
    video.current?.pause()
    if (video.current !== null) video.current.currentTime = atMs / 1000
  }
  const onMetadata = ({ duration }: HTMLVideoElement) => {
    // Recordings that were never finished do not know how long they are.
    if (!Number.isFinite(duration) || duration * 1000 < minVideoMs) return setFailed(true)
    setDuration(duration * 1000)
    setEdit(videoEdit(item.video, duration * 1000))
  }
  return (
    <EditorFrame
      label="Edit video"
      changed={changed}
      busy={edit === undefined && !failed}
      problem={
        failed ? 'This browser cannot show this video, so it cannot be cut here. You can still send it.' : undefined
      }
      onApply={() => onDone({ caption: words.caption, altText: words.altText, video: edits })}
      onClose={onClose}
      stage={
        <div class="editor-stage editor-film">
          {/* What people film of their lives has no captions to offer. */}
          {/* oxlint-disable-next-line jsx-a11y/media-has-caption */}
          <video
            ref={video}
            src={url}
            aria-label="Video"
            controls
            playsInline
            muted={edit?.mute === true}
            onLoadedMetadata={(event) => onMetadata(event.currentTarget)}
            onError={() => setFailed(true)}
            onPlay={(event) => {
              const { currentTime } = event.currentTarget
              if (edit === undefined) return
              if (currentTime * 1000 < edit.startMs || currentTime * 1000 >= edit.endMs - stepMs) {
                event.currentTarget.currentTime = edit.startMs / 1000
              }
            }}
            onTimeUpdate={(event) => {
              if (edit === undefined || event.currentTarget.paused) return
              if (event.currentTarget.currentTime * 1000 >= edit.endMs) event.currentTarget.pause()
            }}
          />
        </div>
      }
    >
      {edit !== undefined && durationMs !== undefined && (
        <>
          <Trim
            edit={edit}
            durationMs={durationMs}
            url={url}
            onStart={(startMs) => show(withStart(edit, startMs), Math.min(startMs, edit.endMs - minVideoMs))}
            onEnd={(endMs) => show(withEnd(edit, endMs, durationMs), Math.max(endMs, edit.startMs + minVideoMs))}
          />
          <p class="fine" role="status">
            {formatDuration(edit.endMs - edit.startMs)} of {formatDuration(durationMs)} will be sent.
            {edit.startMs > 0 && ' In Original it may begin a little later: it can be cut at some frames only.'}
          </p>
          <Switch
            label="Without sound"
            hint="Only the picture is sent."
            checked={edit.mute}
            onChange={(mute) => setEdit({ ...edit, mute })}
          />
          <Slider
            label="Still"
            value={edit.posterMs ?? edit.startMs}
            min={edit.startMs}
            max={edit.endMs}
            step={stepMs}
            words={edit.posterMs === undefined ? 'Chosen by itself' : seconds(edit.posterMs)}
            onInput={(posterMs) => show({ ...edit, posterMs }, posterMs)}
          />
        </>
      )}
      <WordsTool words={words} onWords={setWords} />
    </EditorFrame>
  )
}

function Trim({
  edit: { startMs, endMs },
  durationMs,
  url,
  onStart,
  onEnd,
}: {
  readonly edit: VideoEdit
  readonly durationMs: number
  readonly url: string | undefined
  readonly onStart: (startMs: number) => void
  readonly onEnd: (endMs: number) => void
}) {
  const handle = (label: string, value: number, onInput: (value: number) => void) => (
    <input
      type="range"
      autocomplete="off"
      class="trim-handle"
      aria-label={label}
      aria-valuetext={seconds(value)}
      min={0}
      max={Math.ceil(durationMs)}
      step={stepMs}
      value={value}
      onInput={(event) => {
        onInput(event.currentTarget.valueAsNumber)
      }}
    />
  )
  return (
    <div
      class="trim"
      role="group"
      aria-label="Trim"
      style={{ '--start': String(startMs / durationMs), '--end': String(endMs / durationMs) }}
    >
      {url !== undefined && <FilmStrip url={url} durationMs={durationMs} />}
      <span class="trim-kept" />
      {handle('Trim start', startMs, onStart)}
      {handle('Trim end', endMs, onEnd)}
    </div>
  )
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
