// One picture, film or recording of a post, on the stage.

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Attachment, PostView } from '../../../messenger/api.ts'
import { Alert } from '../../ui/alert.tsx'
import { later } from '../../ui/later.tsx'
import { stopVideo } from '../../ui/stop-video.ts'
import { useMediaUrl } from '../conversation/use-media-url.ts'
import { TransferState } from '../tiles/transfer-state.tsx'
import { useLiveAttachment } from './use-live.ts'

const FileTile = later(async () => (await import('../tiles/tiles.ts')).FileTile)
const VoiceBubble = later(async () => (await import('../voice/voice-bubble.tsx')).VoiceBubble)

interface Properties {
  readonly post: PostView
  readonly attachment: Attachment
  /** Its original is looked at, as soon as that is here. */
  readonly isOriginal: boolean
  readonly plays: boolean
  readonly isMuted: boolean
  /** The browser plays nothing aloud before the person touched the page. */
  readonly onMuted: () => void
  /** It can be seen now. */
  readonly onShown: () => void
  /** Of a film: how far it is, from 0 to 1. */
  readonly onProgress: (fraction: number) => void
  readonly onEnd: () => void
  /** It cannot be played here. */
  readonly onTrouble: () => void
}

export function PostMedia(properties: Properties) {
  const { post, isOriginal, onShown } = properties
  const attachment = useLiveAttachment(properties.attachment)
  const { kind, transfer, original, altText, caption, width, height } = attachment
  const isMine = post.senderId === undefined
  const isHere = isMine || transfer.kind === 'done'
  const isComing = transfer.kind === 'download' || transfer.kind === 'waiting'
  const isOriginalHere = isOriginal && (isMine || original?.transfer.kind === 'done')
  const media = useMediaUrl(
    attachment,
    isOriginalHere ? 'original' : 'display',
    isHere ? kind !== 'file' : kind === 'video' && isComing,
  )
  useEffect(() => {
    if (kind === 'voice' || kind === 'file') onShown()
  }, [kind])
  if (kind === 'file') return <FileTile attachment={attachment} message={post} />
  if (kind === 'voice') return <VoiceBubble attachment={attachment} message={post} />
  return (
    <>
      {media.url !== undefined && kind === 'photo' && (
        <img
          class="stage-media"
          src={media.url}
          alt={altText ?? caption ?? 'Photo'}
          width={width}
          height={height}
          draggable={false}
          onLoad={onShown}
          onError={media.retry}
        />
      )}
      {media.url !== undefined && kind === 'video' && (
        <PostFilm {...properties} attachment={attachment} isWhole={isHere} url={media.url} onRetry={media.retry} />
      )}
      <div class="stage-over">
        <TransferState attachment={attachment} message={post} rendition={isOriginal ? 'original' : 'display'} alone />
      </div>
    </>
  )
}

function PostFilm({
  attachment: { altText, caption, width, height, loop = false },
  plays,
  isMuted,
  onMuted,
  onShown,
  onProgress,
  onEnd,
  onTrouble,
  isWhole,
  url,
  onRetry,
}: Properties & { readonly isWhole: boolean; readonly url: string; readonly onRetry: () => void }) {
  const video = useRef<HTMLVideoElement>(null)
  const failures = useRef(0)
  const [isUnplayable, setUnplayable] = useState(false)
  useLayoutEffect(() => {
    const element = video.current
    return () => stopVideo(element)
  }, [])
  useEffect(() => {
    const element = video.current
    if (element === null) return
    if (!plays) return element.pause()
    element.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'NotAllowedError') onMuted()
    })
  }, [plays, isMuted, url])
  const onError = () => {
    failures.current += 1
    // The first answer of a service worker may have taken too long.
    if (!isWhole || (failures.current === 1 && !url.startsWith('blob:'))) return onRetry()
    setUnplayable(true)
    onTrouble()
  }
  if (isUnplayable) return <Alert>This browser cannot play this kind of video.</Alert>
  return (
    // What people film of their lives has no captions to offer.
    // oxlint-disable-next-line jsx-a11y/media-has-caption
    <video
      ref={video}
      class="stage-media"
      src={url}
      width={width}
      height={height}
      aria-label={altText ?? caption ?? 'Video'}
      muted={isMuted}
      loop={loop}
      playsInline
      disablePictureInPicture
      onLoadedData={onShown}
      onTimeUpdate={({ currentTarget: { currentTime, duration } }) => {
        if (duration > 0) onProgress(currentTime / duration)
      }}
      onEnded={onEnd}
      onError={onError}
    />
  )
}
