// A look at a file that is on this device and not sent yet.

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Icon } from './icon.tsx'
import { stopVideo } from './stop-video.ts'
import '../styles/preview.css'

export function LocalPreview({ file, kind }: { readonly file: Blob; readonly kind: 'photo' | 'video' }) {
  const [url, setUrl] = useState<string>()
  const [unseen, setUnseen] = useState(false)
  useEffect(() => {
    const made = URL.createObjectURL(file)
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [file])
  if (url === undefined || unseen) {
    return <span class="preview preview-empty">{unseen && <Icon name={kind === 'photo' ? 'addMedia' : 'play'} />}</span>
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
