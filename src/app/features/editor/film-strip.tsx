// Frames of a video side by side, to trim it on.

import { useEffect, useRef } from 'preact/hooks'
import { stopVideo } from '../../ui/stop-video.ts'

const frames = 10
const height = 56
const frameWidth = 56

export function FilmStrip({ url, durationMs }: { readonly url: string; readonly durationMs: number }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const video = document.createElement('video')
    video.muted = true
    video.preload = 'auto'
    let next = 0
    const seek = () => {
      video.currentTime = ((next + 0.5) / frames) * (durationMs / 1000)
    }
    const onSeeked = () => {
      const context = canvas.current?.getContext('2d')
      const { videoWidth, videoHeight } = video
      if (context !== null && context !== undefined && videoWidth > 0) {
        const side = Math.min(videoWidth, videoHeight)
        const [x, y] = [(videoWidth - side) / 2, (videoHeight - side) / 2]
        context.drawImage(video, x, y, side, side, next * frameWidth, 0, frameWidth, height)
      }
      next += 1
      if (next < frames) seek()
    }
    video.addEventListener('loadeddata', seek, { once: true })
    video.addEventListener('seeked', onSeeked)
    video.src = url
    return () => {
      video.removeEventListener('seeked', onSeeked)
      stopVideo(video)
    }
  }, [url])
  return <canvas ref={canvas} class="film-strip" width={frames * frameWidth} height={height} aria-hidden="true" />
}
