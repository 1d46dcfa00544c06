// The worker that stretches one passphrase and is ended. It answers with the key, or with undefined.

import { stretch } from '../../protocol/primitives/argon2.ts'
import type { StretchRequest } from '../stretch-request.ts'

declare const self: DedicatedWorkerGlobalScope

self.addEventListener('message', ({ data: { secret, salt, cost } }: MessageEvent<StretchRequest>) => {
  void stretch(secret, salt, cost).then(
    (key) => self.postMessage(key),
    () => self.postMessage(undefined),
  )
})
