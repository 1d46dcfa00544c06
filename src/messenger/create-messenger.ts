// Opens and starts a messenger over one platform. Its parts are put together in assembly/.

import { cleanName } from './account/profile.ts'
import type { Messenger, MessengerOptions } from './api.ts'
import { UsageError } from './api.ts'
import { endParts, startParts } from './assembly/life.ts'
import { openParts } from './assembly/parts.ts'
import { createSurface } from './assembly/surface.ts'
import { relayOrigin } from './relay-name.ts'

/**
 * Opens the profile that the platform names, making it when it is new, and starts it.
 * @throws StorageError `locked` when it is open elsewhere, `sealed` and `wrong-secret` when the device alone does not open
 * it, `damaged` when it cannot be read
 * @throws UsageError `bad-name`, `bad-relay-url`
 */
export async function createMessenger(options: MessengerOptions): Promise<Messenger> {
  const relays = options.relays.map((text) => {
    const origin = relayOrigin(text)
    if (origin === undefined) throw new UsageError('bad-relay-url')
    return origin
  })
  if (relays.length === 0) throw new UsageError('bad-relay-url')
  const name = options.profile === undefined ? '' : cleanName(options.profile.name)

  const { platform } = options
  const opened = await platform.open()
  const closing = new AbortController()
  try {
    const parts = await openParts(platform, opened, { name, relays }, closing.signal)
    await startParts(parts)
    let closed: Promise<void> | undefined
    return createSurface(parts, opened.vault, () => (closed ??= endParts(parts, opened, closing)))
  } catch (error) {
    closing.abort()
    await opened.transport.close()
    await opened.release()
    throw error
  }
}
