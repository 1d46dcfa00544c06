// Where media lie in a message. Their places are kept from the start, at the size that the message tells, so that nothing
// moves when what is in them is loaded.

import type { Attachment, MessageView } from '../../../messenger/api.ts'
import { later } from '../../ui/later.tsx'

const tiles = () => import('../tiles/tiles.ts')
const PictureTile = later(async () => (await tiles()).PictureTile)
const FileTile = later(async () => (await tiles()).FileTile)
const SealedMessage = later(async () => (await tiles()).SealedMessage)
const VoiceBubble = later(async () => (await import('../voice/voice-bubble.tsx')).VoiceBubble)

/** Taller or wider than this is cut in the conversation; the viewer shows all. */
const ratioBounds = { least: 0.5, most: 2.4 }

export function Attachments({ message }: { readonly message: MessageView }) {
  const { attachments, viewing } = message
  if (viewing !== undefined) {
    return (
      <div class="tile-row tile-row-sealed">
        <SealedMessage message={message} viewing={viewing} />
      </div>
    )
  }
  const pictures = attachments.filter(({ kind }) => kind === 'photo' || kind === 'video')
  return (
    <>
      {pictures.length > 0 && (
        <div class={`tiles tiles-${Math.min(pictures.length, 4)}`}>
          {pictures.map((attachment) => (
            <figure class="tile-figure" key={attachment.id}>
              <div class="tile" style={{ '--ratio': String(shownRatio(attachment)) }}>
                <PictureTile attachment={attachment} message={message} />
              </div>
              {attachment.caption !== undefined && (
                <figcaption class="caption" dir="auto">
                  {attachment.caption}
                </figcaption>
              )}
            </figure>
          ))}
        </div>
      )}
      {attachments.map((attachment) => (
        <Row key={attachment.id} attachment={attachment} message={message} />
      ))}
    </>
  )
}

function Row({ attachment, message }: { readonly attachment: Attachment; readonly message: MessageView }) {
  switch (attachment.kind) {
    case 'photo':
    case 'video':
      return null
    case 'file':
      return (
        <div class="tile-row">
          <FileTile attachment={attachment} message={message} />
        </div>
      )
    case 'voice':
      return (
        <div class="voice-row">
          <VoiceBubble attachment={attachment} message={message} />
        </div>
      )
  }
}

function shownRatio({ width, height }: Attachment): number {
  const ratio = width > 0 && height > 0 ? width / height : 1
  return Math.round(Math.min(ratioBounds.most, Math.max(ratioBounds.least, ratio)) * 1000) / 1000
}
