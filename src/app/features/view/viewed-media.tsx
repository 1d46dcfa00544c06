// One photo or video of an open view.

import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Attachment } from '../../../messenger/api.ts'
import { stopVideo } from '../../ui/stop-video.ts'
import { useMediaUrl } from '../conversation/use-media-url.ts'

export function ViewedMedia({
  attachment,
  onShown,
  onEnd,
}: {
  readonly attachment: Attachment
  /** It can be seen now. */
  readonly onShown: () => void
  readonly onEnd: () => void
}) {
  const { url, retry } = useMediaUrl(attachment, 'display', true)
  const video = useRef<HTMLVideoElement>(null)
  useLayoutEffect(() => {
    const element = video.current
    return () => stopVideo(element)
  }, [url === undefined])
  const { kind, width, height, altText, caption } = attachment
  const keep = (event: Event) => event.preventDefault()
  return (
    <div class="stage" role="presentation" onContextMenu={keep} onDragStart={keep}>
      {url !== undefined && kind === 'photo' && (
        <img
          class="stage-media"
          src={url}
          alt={altText ?? caption ?? 'Photo'}
          width={width}
          height={height}
          draggable={false}
          onLoad={onShown}
          onError={retry}
        />
      )}
      {url !== undefined && kind === 'video' && (
        // What people film of their lives has no captions to offer.
        // oxlint-disable-next-line jsx-a11y/media-has-caption
        <video
          ref={video}
          class="stage-media"
          src={url}
          width={width}
          height={height}
          aria-label={altText ?? caption ?? 'Video'}
          controls
          controlsList="nodownload noremoteplayback noplaybackrate"
          disablePictureInPicture
          autoplay
          playsInline
          onLoadedData={onShown}
          onEnded={onEnd}
          onError={retry}
        />
      )}
    </div>
  )
}
