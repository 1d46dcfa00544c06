// A post as it is now: how far its media are is told by events, between two readings of the list.

import { useEffect, useState } from 'preact/hooks'
import type { Attachment, TransferView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'

/** Where the library keeps posts. */
const isOfPosts = (conversationId: string): boolean => conversationId.startsWith('posts')

/** Reads the list again, and whenever somebody looked at a post, or media of one arrived or stopped. */
export function useFreshPosts(): void {
  const { model } = useApp()
  useEffect(() => {
    const read = () => void model.refresh('posts').catch(() => undefined)
    // Media may have arrived, and people have looked, while nobody here did.
    read()
    return model.listen((event) => {
      if (event.kind !== 'state' && event.kind !== 'transfer') return
      const isProgress = event.kind === 'transfer' && ['download', 'upload'].includes(event.transfer.kind)
      if (isOfPosts(event.conversationId) && !isProgress) read()
    })
  }, [model])
}

export function useLiveAttachment(attachment: Attachment): Attachment {
  const { model } = useApp()
  const [told, setTold] = useState<TransferView>()
  useEffect(() => {
    setTold(undefined)
    return model.listen((event) => {
      if (event.kind === 'transfer' && event.rendition === 'display' && event.attachmentId === attachment.id)
        setTold(event.transfer)
    })
  }, [attachment])
  return told === undefined ? attachment : { ...attachment, transfer: told }
}
