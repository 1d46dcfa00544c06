// What waits in a request, as far as its messages tell: blurred looks, and nothing that would have to be fetched.

import type { RequestPreview, RequestView } from '../../../messenger/api.ts'
import { formatDuration } from '../../state/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { MediaIcon } from '../../ui/media-icon.tsx'
import { kindOf } from '../conversation/message-kind.ts'
import { useBlurred } from '../tiles/use-blurred.ts'

/** Enough to see what it is about. */
const shownAtMost = 12

const names: Readonly<Record<RequestPreview['kind'], string>> = {
  photo: 'Photo',
  video: 'Video',
  voice: 'Voice message',
  file: 'File',
}

export function RequestMedia({ messages, previews }: Pick<RequestView, 'messages' | 'previews'>) {
  if (messages === 0) return null
  const more = previews.length - shownAtMost
  return (
    <div class="request-media">
      {previews.length > 0 && (
        // No list: in the list of requests each item is a request.
        <div class="previews" role="group" aria-label="Blurred">
          {previews.slice(0, shownAtMost).map((preview, index) => (
            <Preview key={index} preview={preview} />
          ))}
          {more > 0 && <span class="request-preview">+{more}</span>}
        </div>
      )}
      <p class="fine">
        {messages === 1 ? 'One message waits' : `${messages} messages wait`}
        {previews.length > 0 && `, with ${kindOf({ attachments: previews })}`}. Media are fetched when you accept.
      </p>
    </div>
  )
}

function Preview({ preview: { kind, thumbhash, durationMs } }: { readonly preview: RequestPreview }) {
  const blurred = useBlurred(thumbhash)
  return (
    <span class="request-preview">
      {blurred !== undefined && <img src={blurred} alt="" />}
      <span class={blurred === undefined ? undefined : 'visually-hidden'}>
        {kind === 'photo' && <Icon name="picture" size={22} />}
        {kind === 'video' && <Icon name="play" size={22} />}
        {(kind === 'voice' || kind === 'file') && <MediaIcon name={kind} size={22} />}
        <span class="visually-hidden">{names[kind]}</span>
      </span>
      {durationMs !== undefined && <span class="request-preview-duration">{formatDuration(durationMs)}</span>}
    </span>
  )
}
