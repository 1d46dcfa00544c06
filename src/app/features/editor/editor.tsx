// What the tray opens for a chosen photo or video.

import type { ChosenMedia } from '../conversation/chosen-media.ts'
import { PhotoEditor } from './photo-editor.tsx'
import { VideoEditor } from './video-editor.tsx'

export function Editor(properties: {
  readonly item: ChosenMedia
  readonly onDone: (change: Partial<ChosenMedia>) => void
  readonly onClose: () => void
}) {
  return properties.item.kind === 'photo' ? <PhotoEditor {...properties} /> : <VideoEditor {...properties} />
}
