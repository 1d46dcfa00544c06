// What becomes of a film when the viewer is left: it stops, but where it goes on in a small window of the browser's own, which
// outlives its page. There it plays until that window is closed, or its message goes.

import type { Model } from '../../state/model.ts'
import { stopVideo } from '../../ui/stop-video.ts'

export function letGo(video: HTMLVideoElement, attachmentId: string, model: Model): void {
  if (document.pictureInPictureElement !== video) return stopVideo(video)
  const messageId = attachmentId.slice(0, attachmentId.lastIndexOf('.'))
  const end = () => {
    stopListening()
    stopVideo(video)
    if (document.pictureInPictureElement === video) document.exitPictureInPicture().catch(() => undefined)
  }
  const look = async () => {
    const message = await model.calls.message(messageId)
    if (message?.attachments.some(({ id }) => id === attachmentId) !== true) end()
  }
  const stopListening = model.listen((event) => {
    if ('messageId' in event && event.messageId === messageId) void look().catch(() => undefined)
  })
  video.addEventListener('leavepictureinpicture', end, { once: true })
  // It may be left because the message went.
  void look().catch(() => undefined)
}
