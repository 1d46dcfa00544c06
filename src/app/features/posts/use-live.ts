// A post as it is now: how far its media are is told by events, between two readings of the list.

import { useEffect, useState } from 'preact/hooks'
import type { Attachment, TransferRendition, TransferView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { postsPlaceOf } from './place.ts'

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
      if (postsPlaceOf(event.conversationId) !== undefined && !isProgress) read()
    })
  }, [model])
}

export function useLiveAttachment(attachment: Attachment): Attachment {
  const { model } = useApp()
  const [told, setTold] = useState<{ readonly [R in TransferRendition]?: TransferView }>({})
  useEffect(() => {
    setTold({})
    return model.listen((event) => {
      if (event.kind !== 'transfer' || event.attachmentId !== attachment.id) return
      const { rendition, transfer } = event
      setTold((before) => ({ ...before, [rendition]: transfer }))
    })
  }, [attachment])
  const { transfer, original } = attachment
  return {
    ...attachment,
    transfer: told.display ?? transfer,
    ...(original === undefined ? {} : { original: { ...original, transfer: told.original ?? original.transfer } }),
  }
}
