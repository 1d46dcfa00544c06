// What each conversion by mediabunny needs: to be ended when asked to, and to lose nothing silently.

import type { Conversion } from 'mediabunny'
import { throwIfAborted } from '../../shared/classify.ts'

/** @throws MediaError `cancelled`, and what decoders and encoders throw */
export async function run(
  conversion: Conversion,
  signal: AbortSignal,
  onProgress: (fraction: number, seconds: number) => void,
): Promise<void> {
  conversion.onProgress = onProgress
  const cancel = () => void conversion.cancel().catch(() => {})
  signal.addEventListener('abort', cancel)
  try {
    throwIfAborted(signal)
    await conversion.execute()
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}

/** Whether picture or sound would be left out although nobody asked for that. */
export function isLossy({ isValid, discardedTracks }: Conversion): boolean {
  return !isValid || discardedTracks.some(({ reason }) => reason !== 'discarded_by_user')
}
