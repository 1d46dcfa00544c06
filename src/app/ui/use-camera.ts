// The device's camera in a video element, from when the view opens until it closes: so that the browser asks at the
// moment when it is plain what for.

import { useEffect, useRef, useState } from 'preact/hooks'
import type { RefObject } from 'preact'

export interface Camera {
  /** For the element that shows it. */
  readonly video: RefObject<HTMLVideoElement | null>
  /** Why there is no picture, as a sentence. */
  readonly problem: string | undefined
}

export function useCamera(): Camera {
  const video = useRef<HTMLVideoElement>(null)
  const [problem, setProblem] = useState<string>()
  useEffect(() => {
    let stream: MediaStream | undefined
    let closed = false
    const stop = () => stream?.getTracks().forEach((track) => track.stop())
    const start = async () => {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', width: 1920 } })
      if (closed) return stop()
      if (video.current !== null) video.current.srcObject = stream
    }
    start().catch((error: unknown) => setProblem(cameraProblem(error)))
    return () => {
      closed = true
      stop()
    }
  }, [])
  return { video, problem }
}

function cameraProblem(error: unknown): string {
  const name = error instanceof Error ? error.name : ''
  if (name === 'NotAllowedError')
    return 'The browser does not allow the camera for this page. Allow it in the address bar.'
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'There is no camera on this device.'
  return 'The camera cannot be used. Another program may be using it.'
}
