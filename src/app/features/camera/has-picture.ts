// Whether a recording holds any picture. Encoders take up to half a second to give their first one; a recording that ends
// before has sound alone, which is no video, and cannot be joined with others.

import { stopVideo } from '../../ui/stop-video.ts'

/** Also true where it cannot be told: nothing is thrown away for that. */
export async function hasPicture(recording: Blob): Promise<boolean> {
  if (recording.size === 0) return false
  const url = URL.createObjectURL(recording)
  const video = document.createElement('video')
  try {
    return await new Promise<boolean>((resolve) => {
      video.addEventListener('loadedmetadata', () => resolve(video.videoWidth > 0), { once: true })
      video.addEventListener('error', () => resolve(true), { once: true })
      video.muted = true
      video.preload = 'metadata'
      video.src = url
    })
  } finally {
    stopVideo(video)
    URL.revokeObjectURL(url)
  }
}
