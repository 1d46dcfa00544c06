// A voice that was recorded and not sent yet.

import { useEffect, useState } from 'preact/hooks'
import type { Recorded } from '../conversation/chosen-media.ts'
import { VoicePlayer } from './voice-player.tsx'

export function VoicePreview({ file, recorded }: { readonly file: Blob; readonly recorded: Recorded }) {
  const [url, setUrl] = useState<string>()
  useEffect(() => {
    const made = URL.createObjectURL(file)
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [file])
  return <VoicePlayer url={url} durationMs={recorded.durationMs ?? 0} waveform={recorded.waveform} />
}
