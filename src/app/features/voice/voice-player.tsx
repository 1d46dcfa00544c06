// Plays a voice: its waveform is the place in it, its speed can be changed. One plays at a time.

import { useEffect, useRef, useState } from 'preact/hooks'
import { formatDuration } from '../../state/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { CaptureIcon } from '../capture/capture-icon.tsx'
import { Waveform } from './waveform.tsx'
import '../../styles/voice.css'

const speeds = [1, 1.5, 2] as const

/** Of all of them: two voices at once nobody understands. */
let playing: HTMLAudioElement | undefined

export function VoicePlayer({
  url,
  durationMs,
  waveform,
  onWanted,
  onError,
}: {
  /** Undefined until it is here, or wanted. */
  readonly url: string | undefined
  readonly durationMs: number
  readonly waveform: Uint8Array | undefined
  /** The person wants to hear it: plays as soon as there is an address. */
  readonly onWanted?: () => void
  readonly onError?: () => void
}) {
  const audio = useRef<HTMLAudioElement>(null)
  const [isPlaying, setPlaying] = useState(false)
  const [atMs, setAt] = useState(0)
  const [speed, setSpeed] = useState<number>(1)
  const isWaiting = useRef(false)
  const play = () => {
    const element = audio.current
    if (element === null || url === undefined) {
      isWaiting.current = true
      return onWanted?.()
    }
    if (playing !== element) playing?.pause()
    playing = element
    element.playbackRate = speed
    // What it says is said by `onError`; a pause that comes first is no failure.
    void element.play().catch(() => undefined)
  }
  useEffect(() => {
    if (url === undefined || !isWaiting.current) return
    isWaiting.current = false
    play()
  }, [url])
  useEffect(() => {
    const element = audio.current
    return () => {
      element?.pause()
      if (playing === element) playing = undefined
    }
  }, [])
  const seek = (toMs: number) => {
    setAt(toMs)
    if (audio.current !== null) audio.current.currentTime = toMs / 1000
  }
  const shownMs = Math.min(atMs, durationMs)
  const words = `${formatDuration(shownMs)} of ${formatDuration(durationMs)}`
  return (
    <div class="voice-player">
      {/* What a person said has no captions. */}
      {/* oxlint-disable-next-line jsx-a11y/media-has-caption */}
      <audio
        ref={audio}
        src={url}
        preload="metadata"
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={() => {
          setPlaying(false)
          setAt(0)
        }}
        onTimeUpdate={(event) => setAt(event.currentTarget.currentTime * 1000)}
        onError={() => {
          setPlaying(false)
          onError?.()
        }}
      />
      <button
        type="button"
        class="voice-play"
        aria-label={isPlaying ? 'Pause voice note' : 'Play voice note'}
        onClick={() => (isPlaying ? audio.current?.pause() : play())}
      >
        {isPlaying ? <CaptureIcon name="pause" size={22} /> : <Icon name="play" size={22} />}
      </button>
      <span class="voice-place-in">
        <Waveform points={waveform} fraction={durationMs === 0 ? 0 : shownMs / durationMs} />
        <input
          type="range"
          autocomplete="off"
          aria-label="Place in the voice note"
          aria-valuetext={words}
          min={0}
          max={durationMs}
          step={Math.max(1, Math.min(1000, Math.round(durationMs / 20)))}
          value={shownMs}
          onInput={(event) => seek(event.currentTarget.valueAsNumber)}
        />
      </span>
      <span class="voice-time" aria-hidden="true">
        {formatDuration(isPlaying || shownMs > 0 ? durationMs - shownMs : durationMs)}
      </span>
      <button
        type="button"
        class="voice-speed"
        aria-label={`Speed: ${speed} times`}
        onClick={() => {
          const next = speeds[(speeds.findIndex((one) => one === speed) + 1) % speeds.length] ?? 1
          setSpeed(next)
          if (audio.current !== null) audio.current.playbackRate = next
        }}
      >
        {speed}×
      </button>
    </div>
  )
}
