// What media take on this device, by conversation, and a way to have that room again.

import { useEffect, useState } from 'preact/hooks'
import type { ConversationUsage } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { formatBytes } from '../../state/format.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { PlaceLine, placeOf } from './place.tsx'

export function UsageSettings() {
  const { model } = useApp()
  const [usage, setUsage] = useState<readonly ConversationUsage[]>()
  const [clearing, setClearing] = useState<ConversationUsage>()
  const read = async () => setUsage(await model.calls.mediaUsage())
  useEffect(() => void read().catch(() => undefined), [])
  if (usage === undefined || usage.length === 0) return null
  return (
    <>
      <h3>By conversation</h3>
      <ul class="rows" aria-label="Media by conversation">
        {usage.map((each) => (
          <PlaceUsage key={each.conversationId} usage={each} onClear={() => setClearing(each)} />
        ))}
      </ul>
      {clearing !== undefined && (
        <ClearMedia
          usage={clearing}
          onConfirm={async () => {
            await model.calls.clearMedia(clearing.conversationId)
            await read()
          }}
          onClose={() => setClearing(undefined)}
        />
      )}
    </>
  )
}

function PlaceUsage({ usage, onClear }: { readonly usage: ConversationUsage; readonly onClear: () => void }) {
  const { model } = useApp()
  const place = placeOf(model, usage.conversationId)
  return (
    <li class="row transfer">
      <span class="transfer-words">
        <PlaceLine place={place} panel="gallery">
          {place.name}
        </PlaceLine>
        <span class="fine">
          {formatBytes(usage.receivedBytes)} received, {formatBytes(usage.sentBytes)} sent
        </span>
      </span>
      <button
        type="button"
        class="button button-small button-danger"
        aria-label={`Delete media of ${place.words}`}
        disabled={usage.clearableBytes === 0}
        onClick={onClear}
      >
        Delete media
      </button>
    </li>
  )
}

function ClearMedia({
  usage,
  onConfirm,
  onClose,
}: {
  readonly usage: ConversationUsage
  readonly onConfirm: () => Promise<void>
  readonly onClose: () => void
}) {
  const { model } = useApp()
  const { kind, words } = placeOf(model, usage.conversationId)
  const isOfPosts = kind === 'posts'
  return (
    <ConfirmDialog
      label={isOfPosts ? 'Delete media of these posts' : 'Delete media of this conversation'}
      action="Delete"
      danger
      onConfirm={onConfirm}
      onClose={onClose}
    >
      <p>
        {formatBytes(usage.clearableBytes)} that you received {isOfPosts ? 'with' : 'from'} <bdi>{words}</bdi> go from
        this device. {isOfPosts ? 'The posts stay until their time is over' : 'Messages stay'}, and so does what you
        sent.{' '}
        {usage.clearableBytes < usage.receivedBytes &&
          'What is still coming, what is to be viewed once, and stills of videos stay too. '}
        What went can be fetched again only while somebody still has it.
      </p>
    </ConfirmDialog>
  )
}
