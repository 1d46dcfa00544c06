// A video on the stage: plays while it is still on its way, and says so where this browser cannot play it.

import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Attachment } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { Alert } from '../../ui/alert.tsx'
import { MediaIcon } from '../../ui/media-icon.tsx'
import type { MediaUrl } from '../conversation/use-media-url.ts'
import { listenForGestures } from './gestures.ts'
import { letGo } from './let-go.ts'
import { wholePicture } from './zoom.ts'

type Trouble = 'no-picture' | 'not-played'

const troubleText: Readonly<Record<Trouble, string>> = {
  'no-picture': 'This browser has no picture for this kind of video, only its sound. Save it, and open it elsewhere.',
  'not-played': 'This browser cannot play this kind of video. Save it, and open it elsewhere.',
}

export function Film({
  attachment,
  isWhole,
  film: { url, retry },
  poster,
  onSwipe,
}: {
  readonly attachment: Attachment
  /** All of it is on this device: what does not play then will not play later either. */
  readonly isWhole: boolean
  readonly film: MediaUrl
  readonly poster: string | undefined
  readonly onSwipe: (direction: -1 | 1) => void
}) {
  const { model } = useApp()
  const video = useRef<HTMLVideoElement>(null)
  const resumeAt = useRef(0)
  const failures = useRef(0)
  const swipe = useRef(onSwipe)
  swipe.current = onSwipe
  const [trouble, setTrouble] = useState<Trouble>()
  useLayoutEffect(() => {
    const element = video.current
    if (element === null) return undefined
    const target = {
      zoom: () => wholePicture,
      set: () => undefined,
      swipe: (direction: -1 | 1) => swipe.current(direction),
    }
    const endGestures = listenForGestures(element, target, false)
    return () => {
      endGestures()
      letGo(element, attachment.id, model)
    }
  }, [])
  const onError = () => {
    failures.current += 1
    // The first answer of a service worker may have taken too long.
    const isFinal = isWhole && (failures.current > 1 || url?.startsWith('blob:') === true)
    if (isFinal) setTrouble('not-played')
    else retry()
  }
  const { width, height, altText, caption, loop = false } = attachment
  return (
    <>
      {/* What people film of their lives has no captions to offer. */}
      {/* oxlint-disable-next-line jsx-a11y/media-has-caption */}
      <video
        ref={video}
        class="stage-media"
        src={url}
        poster={poster}
        width={width}
        height={height}
        aria-label={altText ?? caption ?? 'Video'}
        controls
        autoplay
        loop={loop}
        playsInline
        onTimeUpdate={(event) => (resumeAt.current = event.currentTarget.currentTime)}
        onLoadedMetadata={(event) => {
          const { videoWidth } = event.currentTarget
          setTrouble(videoWidth === 0 ? 'no-picture' : undefined)
          if (resumeAt.current > 0) event.currentTarget.currentTime = resumeAt.current
        }}
        onError={onError}
      />
      {document.pictureInPictureEnabled && trouble === undefined && (
        <button
          type="button"
          class="icon-button stage-action"
          aria-label="Picture in picture"
          onClick={() => void video.current?.requestPictureInPicture().catch(() => undefined)}
        >
          <MediaIcon name="pip" />
        </button>
      )}
      {trouble !== undefined && (
        <div class="stage-ring">
          <Alert>{troubleText[trouble]}</Alert>
        </div>
      )}
    </>
  )
}
