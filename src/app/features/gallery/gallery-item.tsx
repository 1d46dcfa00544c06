// One of the media of a conversation, in its gallery. A picture is read when it comes near the view.

import { useRef } from 'preact/hooks'
import type { Attachment, MessageView } from '../../../messenger/api.ts'
import { later } from '../../ui/later.tsx'
import { useInView } from '../../ui/use-in-view.ts'
import { FileTile } from '../tiles/file-tile.tsx'
import { PictureTile } from '../tiles/picture-tile.tsx'

const VoiceBubble = later(async () => (await import('../voice/voice-bubble.tsx')).VoiceBubble)

export function GalleryItem({
  attachment,
  message,
}: {
  readonly attachment: Attachment
  readonly message: MessageView
}) {
  const place = useRef<HTMLDivElement>(null)
  const isNear = useInView(place, '400px')
  switch (attachment.kind) {
    case 'photo':
    case 'video':
      return (
        <div class="tile gallery-tile" ref={place}>
          {isNear && <PictureTile attachment={attachment} message={message} />}
        </div>
      )
    case 'file':
      return <FileTile attachment={attachment} message={message} />
    case 'voice':
      return <VoiceBubble attachment={attachment} message={message} />
  }
}
