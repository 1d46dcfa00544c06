// One frame of the camera as a photo: as the camera saw it, whether or not it is shown mirrored.

/** High, because the picture is made smaller when it is sent. */
const jpegQuality = 0.95

/** Undefined when there is no picture. */
export async function takePhoto(video: HTMLVideoElement): Promise<File | undefined> {
  const { videoWidth, videoHeight } = video
  if (videoWidth === 0 || videoHeight === 0) return undefined
  const canvas = document.createElement('canvas')
  canvas.width = videoWidth
  canvas.height = videoHeight
  canvas.getContext('2d')?.drawImage(video, 0, 0)
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', jpegQuality))
  return blob === null ? undefined : new File([blob], 'Photo.jpg', { type: 'image/jpeg' })
}
