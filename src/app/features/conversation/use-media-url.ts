// An address that an <img> or <video> can show a rendition from: the service worker's, or, where no service worker
// answers for this page, the whole file as a Blob.

import { useEffect, useState } from 'preact/hooks'
import type { Attachment, Rendition } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { shownMedia } from './shown-media.ts'

/** A part that is still on its way can take longer than one answer may: asked again this often. */
const maxTries = 20
const retryDelayMs = 1500

export interface MediaUrl {
  readonly url: string | undefined
  /** The element could not load it: try again, a little later. */
  readonly retry: () => void
  /** Where no worker answers: it cannot be read, or is not to be shown. */
  readonly isRefused: boolean
}

export function useMediaUrl(attachment: Attachment, rendition: Rendition, wanted: boolean): MediaUrl {
  const { media } = useApp()
  const [url, setUrl] = useState<string>()
  const [tries, setTries] = useState(0)
  const [isRefused, setRefused] = useState(false)

  useEffect(() => {
    if (!wanted) return undefined
    if (isServedByWorker()) {
      const again = tries === 0 ? '' : `?${tries}`
      setUrl(`/media/${attachment.id}/${rendition}${again}`)
      return undefined
    }
    // Whole files need all of the file.
    if (rendition === 'display' && attachment.transfer.kind !== 'done' && attachment.transfer.kind !== 'upload') {
      return undefined
    }
    setRefused(false)
    const controller = new AbortController()
    let made: string | undefined
    shownMedia(media, attachment, rendition, controller.signal).then(
      (blob) => {
        if (controller.signal.aborted) return
        made = URL.createObjectURL(blob)
        setUrl(made)
      },
      () => controller.signal.aborted || setRefused(true),
    )
    return () => {
      controller.abort()
      if (made !== undefined) URL.revokeObjectURL(made)
    }
  }, [attachment.id, rendition, wanted, tries, isServedByWorker() || attachment.transfer.kind])

  return {
    url,
    isRefused,
    retry() {
      if (tries < maxTries && isServedByWorker()) setTimeout(() => setTries(tries + 1), retryDelayMs)
    },
  }
}

export function isServedByWorker(): boolean {
  return 'serviceWorker' in navigator && navigator.serviceWorker.controller !== null
}
