// A message that this tab is preparing: shown at once, and kept with the reason when it cannot be sent.

import { asFileText, errorText } from '../../error-text.ts'
import type { AppDraft } from '../../state/calls.ts'
import { useApp } from '../../state/context.ts'
import { formatTime } from '../../state/format.ts'
import type { Pending } from '../../state/pending.ts'
import { Icon } from '../../ui/icon.tsx'
import { LocalPreview } from '../../ui/local-preview.tsx'
import { MediaIcon } from '../../ui/media-icon.tsx'
import { Menu } from '../../ui/menu.tsx'
import type { MenuAction } from '../../ui/menu.tsx'
import { moveInFeed } from './move-in-feed.ts'
import { asFiles, canGoAsFile } from './choose-files.ts'
import { kindOfDraft, shownKind } from './draft-kind.ts'
import { PreparingRing, stageText } from './preparing-ring.tsx'

export function PendingArticle({
  item,
  position,
  total,
  onRetry,
  onEdit,
  onDrop,
}: {
  readonly item: Pending
  readonly position: number
  readonly total: number
  readonly onRetry: () => void
  /** It goes back to the place to write, changed like this. */
  readonly onEdit: (change: (draft: AppDraft) => AppDraft) => void
  readonly onDrop: () => void
}) {
  const { tools } = useApp()
  const { draft, error } = item
  const files = draft.media.flatMap(({ data, voice }) => (data instanceof Blob && voice !== true ? [data] : []))
  const voices = draft.media.filter(({ voice }) => voice === true).length
  const { text } = draft
  const isForFile = error?.asFile === true && canGoAsFile(draft)
  const edit = () => onEdit((same) => same)
  const sendAsFile = () => onEdit(asFiles)
  const isFailed = error !== undefined
  const offered: (MenuAction & { readonly when: boolean })[] = [
    { when: isFailed, name: 'Retry', icon: <Icon name="retry" size={18} />, run: onRetry },
    { when: isFailed, name: 'Edit', icon: <Icon name="edit" size={18} />, run: edit },
    { when: isForFile, name: 'As file', icon: <MediaIcon name="file" size={18} />, run: sendAsFile },
    {
      when: text !== undefined,
      name: 'Copy text',
      icon: <Icon name="copy" size={18} />,
      run: () => void navigator.clipboard.writeText(text ?? ''),
    },
    {
      when: isFailed || draft.media.length > 0,
      name: isFailed ? 'Delete' : 'Cancel',
      icon: <Icon name={isFailed ? 'trash' : 'close'} size={18} />,
      danger: isFailed,
      run: onDrop,
    },
  ]
  const action = (name: string, run: () => void) => (
    <button type="button" class="button button-small" onClick={run}>
      {name}
    </button>
  )
  return (
    <article
      class="message mine starts pending"
      aria-label={`You, ${kindOfDraft(draft)}`}
      aria-posinset={position}
      aria-setsize={total}
      tabIndex={0}
      onKeyDown={moveInFeed}
    >
      <div class="message-body">
        {files.length > 0 && (
          <div class={`tiles tiles-${Math.min(files.length, 4)}`}>
            {files.map((file, index) => (
              <div class="tile tile-pending" key={index}>
                <LocalPreview file={file} kind={shownKind(file)} look={tools.look} />
              </div>
            ))}
            {error === undefined && (
              <div class="tiles-ring">
                <PreparingRing fraction={item.fraction} stage={item.stage} />
              </div>
            )}
          </div>
        )}
        {voices > 0 && (
          <p class="bubble">
            Voice note
            {error === undefined &&
              files.length === 0 &&
              ` · ${stageText(item.stage).toLowerCase()}, ${Math.round(item.fraction * 100)} %`}
          </p>
        )}
        {text !== undefined && (
          <p class="bubble" dir="auto">
            {text}
          </p>
        )}
        <div class="message-foot">
          <time dateTime={new Date(item.startedAt).toISOString()}>{formatTime(item.startedAt)}</time>
          <span class={error === undefined ? 'state state-sending' : 'state state-failed'}>
            <span class="state-words">{error === undefined ? 'Sending' : 'Failed'}</span>
          </span>
          {error === undefined && draft.media.length > 0 && action('Cancel', onDrop)}
        </div>
        {error !== undefined && (
          <div class="failure">
            <p role="alert">
              {errorText(error)}
              {isForFile && ` ${asFileText}`}
            </p>
            <div class="failure-actions">
              {action('Retry', onRetry)}
              {action('Edit', edit)}
              {isForFile && action('As file', sendAsFile)}
              {action('Delete', onDrop)}
            </div>
          </div>
        )}
        <Menu label="Message options" actions={offered.filter(({ when }) => when)} />
      </div>
    </article>
  )
}
