// Takes a photo with the device's camera. The picture goes to the tray, like a chosen file.

import { useEffect, useRef, useState } from 'preact/hooks'
import { Alert } from '../../ui/alert.tsx'
import { Dialog } from '../../ui/dialog.tsx'

/** High, because the picture is made smaller when it is sent. */
const jpegQuality = 0.95

export function CameraDialog({
  onClose,
  onPhoto,
}: {
  readonly onClose: () => void
  readonly onPhoto: (photo: File) => void
}) {
  const video = useRef<HTMLVideoElement>(null)
  const [ready, setReady] = useState(false)
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

  const take = async () => {
    const element = video.current
    if (element === null) return
    const canvas = document.createElement('canvas')
    canvas.width = element.videoWidth
    canvas.height = element.videoHeight
    canvas.getContext('2d')?.drawImage(element, 0, 0)
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', jpegQuality))
    if (blob === null) return setProblem('The picture could not be taken. Try again.')
    onPhoto(new File([blob], 'Camera photo.jpg', { type: 'image/jpeg' }))
    onClose()
  }

  return (
    <Dialog label="Camera" onClose={onClose}>
      {problem === undefined ? (
        <video ref={video} class="camera" autoplay muted playsInline onLoadedData={() => setReady(true)} />
      ) : (
        <Alert>{problem}</Alert>
      )}
      <button type="button" class="button button-primary" disabled={!ready} onClick={() => void take()}>
        Take photo
      </button>
    </Dialog>
  )
}

function cameraProblem(error: unknown): string {
  const name = error instanceof Error ? error.name : ''
  if (name === 'NotAllowedError')
    return 'The browser does not allow the camera for this page. Allow it in the address bar.'
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'There is no camera on this device.'
  return 'The camera cannot be used. Another program may be using it.'
}
