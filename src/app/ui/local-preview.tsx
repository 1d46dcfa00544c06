// A look at a file that is on this device and not sent yet.

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Icon } from './icon.tsx'
import { stopVideo } from './stop-video.ts'
import '../styles/preview.css'

/** Makes a picture of a photo that the browser cannot show. */
export type Look = (file: Blob, options: { readonly signal: AbortSignal }) => Promise<Blob>

export function LocalPreview({
  file,
  kind,
  look,
}: {
  readonly file: Blob
  readonly kind: 'photo' | 'video'
  readonly look?: Look | undefined
}) {
  const [url, setUrl] = useState<string>()
  const [unseen, setUnseen] = useState(false)
  const [isMade, setMade] = useState(false)
  const isSought = unseen && kind === 'photo' && look !== undefined && !isMade
  useEffect(() => {
    setUnseen(false)
    setMade(false)
    const made = URL.createObjectURL(file)
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [file])
  useEffect(() => {
    if (!isSought) return undefined
    const controller = new AbortController()
    const { signal } = controller
    void look(file, { signal }).then(
      (picture) => {
        if (signal.aborted) return
        setMade(true)
        setUnseen(false)
        setUrl(URL.createObjectURL(picture))
      },
      // It cannot be shown; what is wrong with it is said when it is sent.
      () => signal.aborted || setMade(true),
    )
    return () => controller.abort()
  }, [file, isSought])
  useEffect(() => () => void (isMade && url !== undefined && URL.revokeObjectURL(url)), [isMade, url])
  if (url === undefined || unseen) {
    return (
      <span class="preview preview-empty" aria-busy={isSought}>
        {unseen && <Icon name={kind === 'photo' ? 'addMedia' : 'play'} />}
      </span>
    )
  }
  return kind === 'photo' ? (
    <img class="preview" src={url} alt="" onError={() => setUnseen(true)} />
  ) : (
    <LocalVideo url={url} onError={() => setUnseen(true)} />
  )
}

function LocalVideo({ url, onError }: { readonly url: string; readonly onError: () => void }) {
  const video = useRef<HTMLVideoElement>(null)
  useLayoutEffect(() => {
    const element = video.current
    return () => stopVideo(element)
  }, [])
  return (
    <span class="preview preview-video">
      {/* A moment in, so that a frame is drawn. */}
      <video ref={video} src={`${url}#t=0.1`} muted playsInline preload="metadata" onError={onError} />
      <Icon name="play" size={20} />
    </span>
  )
}
