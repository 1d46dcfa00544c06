// The photos and videos of a conversation in order, of which those around the one that is shown are known, and older ones
// are looked for when they are asked for.

import { useEffect } from 'preact/hooks'
import type { Attachment, MessageView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import type { Thread } from '../../state/thread.ts'

/** With fewer before it, the next page is read ahead. */
const aheadCount = 3

export interface Shown {
  readonly message: MessageView
  readonly attachment: Attachment
}

export interface Gallery {
  /** Undefined while it is looked for, or when it is not here. */
  readonly shown: Shown | undefined
  readonly isMissing: boolean
  readonly hasPrevious: boolean
  readonly next: Shown | undefined
  /** Resolves with the one before, or with none at the beginning. */
  previous(): Promise<Shown | undefined>
}

export function useGallery(feed: Thread, attachmentId: string): Gallery {
  const { model } = useApp()
  const thread = model.thread(feed.id, 'media')
  const all = picturesOf(thread)
  const at = indexOf(all, attachmentId)
  const isLoaded = thread.loaded.value
  const isComplete = thread.complete.value
  // Known from the conversation until its media are read.
  const fromFeed = picturesOf(feed)
  const shown = all[at] ?? fromFeed[indexOf(fromFeed, attachmentId)]
  const isSought = isLoaded && !isComplete && at < aheadCount
  const count = thread.messages.value.length
  useEffect(() => {
    // As far back as what is shown, and once more for what is before it.
    if (isSought) void thread.loadOlder().catch(() => undefined)
  }, [attachmentId, isSought, at < 0 && count])
  return {
    shown,
    isMissing: shown === undefined && isLoaded && isComplete,
    hasPrevious: at > 0 || (at === 0 && !isComplete),
    next: at < 0 ? undefined : all[at + 1],
    async previous() {
      for (;;) {
        const now = picturesOf(thread)
        const place = indexOf(now, attachmentId)
        const before = now[place - 1]
        if (place < 0 || before !== undefined || thread.complete.peek()) return before
        const known = thread.messages.peek().length
        await thread.loadOlder()
        // Nothing came: not to ask in a circle.
        if (thread.messages.peek().length === known) return undefined
      }
    },
  }
}

function picturesOf(thread: Thread): readonly Shown[] {
  return thread.messages.value.flatMap((message) =>
    message.value.attachments.filter(isPicture).map((attachment) => ({ message: message.value, attachment })),
  )
}

/** What is to be viewed once is in its view alone. */
function isPicture({ kind, viewOnly }: Attachment): boolean {
  return (kind === 'photo' || kind === 'video') && viewOnly !== true
}

function indexOf(all: readonly Shown[], attachmentId: string): number {
  return all.findIndex(({ attachment }) => attachment.id === attachmentId)
}
