// What is pinned in a conversation, above it: a press leads to the message, and the next one to the one before it.

import { useEffect, useState } from 'preact/hooks'
import type { MessageView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { errorText } from '../../error-text.ts'
import { kindOf, sentence } from '../conversation/message-kind.ts'
import { jumpTo } from './jump.ts'
import { ThreadIcon } from './thread-icon.tsx'

export function PinnedBar({ conversationId }: { readonly conversationId: string }) {
  const app = useApp()
  const pinned = usePinned(conversationId)
  const [back, setBack] = useState(0)
  const at = pinned.length - 1 - (back % Math.max(1, pinned.length))
  const shown = pinned[at]
  if (shown === undefined) return null
  const { model } = app
  return (
    <section class="pinned" aria-label="Pinned messages">
      <button
        type="button"
        class="pinned-message"
        onClick={() => {
          void jumpTo(app, conversationId, shown.id)
          setBack(back + 1)
        }}
      >
        <ThreadIcon name="pin" />
        <span class="visually-hidden">Go to pinned message: </span>
        <span class="line" dir="auto">
          {shown.text ?? sentence(kindOf(shown))}
        </span>
        {pinned.length > 1 && (
          <span class="fine">
            {at + 1} of {pinned.length}
          </span>
        )}
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label="Unpin this message"
        onClick={() => void model.calls.pin(shown.id, false).catch((error: unknown) => model.notify(errorText(error)))}
      >
        <ThreadIcon name="unpin" />
      </button>
    </section>
  )
}

function usePinned(conversationId: string): readonly MessageView[] {
  const { model } = useApp()
  const [pinned, setPinned] = useState<readonly MessageView[]>([])
  useEffect(() => {
    let isOver = false
    const read = async () => {
      const found = await model.calls.pinned(conversationId).catch(() => undefined)
      if (!isOver && found !== undefined) setPinned(found)
    }
    void read()
    const end = model.listen((event) => {
      const isHere = (event.kind === 'view' || event.kind === 'deleted') && event.conversationId === conversationId
      if (isHere || event.kind === 'leader') void read()
    })
    return () => {
      isOver = true
      end()
    }
  }, [conversationId])
  return pinned
}
