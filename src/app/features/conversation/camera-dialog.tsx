// Takes a photo with the device's camera. The picture goes to the tray, like a chosen file.

import { useState } from 'preact/hooks'
import { Alert } from '../../ui/alert.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { useCamera } from '../../ui/use-camera.ts'

/** High, because the picture is made smaller when it is sent. */
const jpegQuality = 0.95

export function CameraDialog({
  onClose,
  onPhoto,
}: {
  readonly onClose: () => void
  readonly onPhoto: (photo: File) => void
}) {
  const { video, problem } = useCamera()
  const [ready, setReady] = useState(false)
  const [failed, setFailed] = useState(false)

  const take = async () => {
    const element = video.current
    if (element === null) return
    const canvas = document.createElement('canvas')
    canvas.width = element.videoWidth
    canvas.height = element.videoHeight
    canvas.getContext('2d')?.drawImage(element, 0, 0)
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', jpegQuality))
    if (blob === null) return setFailed(true)
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
      {failed && <Alert>The picture could not be taken. Try again.</Alert>}
      <button type="button" class="button button-primary" disabled={!ready} onClick={() => void take()}>
        Take photo
      </button>
    </Dialog>
  )
}
