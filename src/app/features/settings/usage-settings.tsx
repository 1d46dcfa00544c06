// What media take on this device, by conversation, and a way to have that room again.

import { useEffect, useState } from 'preact/hooks'
import type { ConversationUsage } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { formatBytes } from '../../state/format.ts'
import { href } from '../../state/route.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'

export function UsageSettings() {
  const { model } = useApp()
  const [usage, setUsage] = useState<readonly ConversationUsage[]>()
  const [clearing, setClearing] = useState<ConversationUsage>()
  const read = async () => setUsage(await model.calls.mediaUsage())
  useEffect(() => void read().catch(() => undefined), [])
  const nameOf = (id: string) =>
    model.conversations.value?.find((view) => view.id === id)?.name ?? 'No contact any more'
  if (usage === undefined || usage.length === 0) return null
  return (
    <>
      <h3>By conversation</h3>
      <ul class="rows" aria-label="Media by conversation">
        {usage.map((each) => (
          <li class="row transfer" key={each.conversationId}>
            <span class="transfer-words">
              <a class="line" href={href({ page: 'conversation', id: each.conversationId, panel: 'gallery' })}>
                <bdi>{nameOf(each.conversationId)}</bdi>
              </a>
              <span class="fine">
                {formatBytes(each.receivedBytes)} received, {formatBytes(each.sentBytes)} sent
              </span>
            </span>
            <button
              type="button"
              class="button button-small button-danger"
              aria-label={`Delete media of ${nameOf(each.conversationId)}`}
              disabled={each.receivedBytes === 0}
              onClick={() => setClearing(each)}
            >
              Delete media
            </button>
          </li>
        ))}
      </ul>
      {clearing !== undefined && (
        <ConfirmDialog
          label="Delete media of this conversation"
          action="Delete"
          danger
          onConfirm={async () => {
            await model.calls.clearMedia(clearing.conversationId)
            await read()
          }}
          onClose={() => setClearing(undefined)}
        >
          <p>
            {formatBytes(clearing.receivedBytes)} that you received from {nameOf(clearing.conversationId)} go from this
            device. Messages stay, and so does what you sent. What went can be fetched again only while somebody still
            has it.
          </p>
        </ConfirmDialog>
      )}
    </>
  )
}
