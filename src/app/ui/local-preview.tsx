// A look at a file that is on this device and not sent yet.

import { useEffect, useState } from 'preact/hooks'
import { Icon } from './icon.tsx'

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
    <span class="preview preview-video">
      {/* A moment in, so that a frame is drawn. */}
      <video src={`${url}#t=0.1`} muted playsInline preload="metadata" onError={() => setUnseen(true)} />
      <Icon name="play" size={20} />
    </span>
  )
}
