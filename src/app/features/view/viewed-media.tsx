// One photo or video of an open view. All of it is on this device, so that what cannot be shown now will not be shown later.

import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Attachment } from '../../../messenger/api.ts'
import { Alert } from '../../ui/alert.tsx'
import { stopVideo } from '../../ui/stop-video.ts'
import { useMediaUrl } from '../conversation/use-media-url.ts'

type Trouble = 'no-picture' | 'not-played' | 'not-shown'

/** Nothing can be saved here, and the view has begun. */
const troubleText: Readonly<Record<Trouble, string>> = {
  'no-picture':
    'This browser has no picture for this kind of video, only its sound. To see it, ask for it to be sent anew, in Standard.',
  'not-played': 'This browser cannot play this kind of video. To see it, ask for it to be sent anew, in Standard.',
  'not-shown': 'This browser cannot show this photo. To see it, ask for it to be sent anew, in Standard.',
}

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
  const { url, retry, isRefused } = useMediaUrl(attachment, 'display', true)
  const video = useRef<HTMLVideoElement>(null)
  const failures = useRef(0)
  const [found, setFound] = useState<Trouble>()
  useLayoutEffect(() => {
    const element = video.current
    return () => stopVideo(element)
  }, [url === undefined])
  const { kind, width, height, altText, caption } = attachment
  const unshown = kind === 'video' ? 'not-played' : 'not-shown'
  const trouble = isRefused ? unshown : found
  const keep = (event: Event) => event.preventDefault()
  const onError = () => {
    failures.current += 1
    // The first answer of a service worker may have taken too long.
    if (failures.current > 1 || url?.startsWith('blob:') === true) setFound(unshown)
    else retry()
  }
  return (
    <div class="stage" role="presentation" onContextMenu={keep} onDragStart={keep}>
      {url !== undefined && kind === 'photo' && trouble === undefined && (
        <img
          class="stage-media"
          src={url}
          alt={altText ?? caption ?? 'Photo'}
          width={width}
          height={height}
          draggable={false}
          onLoad={onShown}
          onError={onError}
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
          onLoadedMetadata={({ currentTarget }) => setFound(currentTarget.videoWidth === 0 ? 'no-picture' : undefined)}
          onLoadedData={onShown}
          onEnded={onEnd}
          onError={onError}
        />
      )}
      {trouble !== undefined && (
        <div class="stage-ring">
          <Alert>{troubleText[trouble]}</Alert>
        </div>
      )}
    </div>
  )
}
