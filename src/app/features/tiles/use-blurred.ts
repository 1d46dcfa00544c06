// The blurred look of a photo or video that came in the message itself.

import { useMemo } from 'preact/hooks'
import { thumbHashToDataURL } from 'thumbhash'

/** An address of the picture, without anything being fetched. */
export function useBlurred(thumbhash: Uint8Array | undefined): string | undefined {
  return useMemo(() => {
    // The hash comes from the sender: fewer bytes than its header would read past its end.
    if (thumbhash === undefined || thumbhash.length < 8 || thumbhash.length > 64) return undefined
    return thumbHashToDataURL(thumbhash)
  }, [thumbhash?.join()])
}
