// A loop that plays in the conversation, without sound and while it is in view; at rest for who wants less motion.

import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Attachment } from '../../../messenger/api.ts'
import { stopVideo } from '../../ui/stop-video.ts'
import { useMediaUrl } from '../conversation/use-media-url.ts'

export function LoopTile({ attachment }: { readonly attachment: Attachment }) {
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
  const { url, retry } = useMediaUrl(attachment, 'display', !calm)
  const video = useRef<HTMLVideoElement>(null)
  useLayoutEffect(() => {
    const element = video.current
    return () => stopVideo(element)
  }, [url === undefined])
  return url === undefined ? null : (
    <video ref={video} class="tile-image shown" src={url} muted loop autoplay playsInline onError={retry} />
  )
}
