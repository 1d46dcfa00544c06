// Puts together what wakes closed browsers.

import type { RelayConfig } from '../config/config.ts'
import type { RelayLimits } from '../limits.ts'
import type { Log } from '../log.ts'
import type { Hub } from '../mailbox/hub.ts'
import type { Metrics } from '../metrics.ts'
import type { PushStore } from '../storage/push-store.ts'
import { guardedLookup } from './addresses.ts'
import type { EndpointRule } from './endpoint-rule.ts'
import { knownPushHosts } from './endpoint-rule.ts'
import { loadPushKey } from './push-key.ts'
import { createPushQueue } from './queue.ts'
import { createPushSender } from './send.ts'
import type { WakeUps } from './wake-ups.ts'
import { createWakeUps } from './wake-ups.ts'

export interface Push {
  /** For the description of the relay. */
  readonly publicKey: string
  readonly rule: EndpointRule
  readonly wakeUps: WakeUps
}

/** Undefined: switched off. @throws SetupError for a damaged key */
export async function startPush(options: {
  readonly config: RelayConfig
  readonly store: PushStore
  readonly hub: Hub
  readonly limits: RelayLimits
  readonly metrics: Metrics
  readonly log: Log
  readonly now: () => number
}): Promise<Push | undefined> {
  const { config, ...rest } = options
  const { limits, metrics, now } = rest
  const { pushHosts = knownPushHosts, publicUrl, unsafePushLoopback = false } = config
  // Apple's service refuses a contact that is none.
  const contact = publicUrl?.startsWith('https:') === true ? publicUrl : undefined
  // Made in any case, so that switching pushes on later finds the subscriptions of before.
  const key = await loadPushKey(config.dataDirectory, contact)
  if (pushHosts === 'off') return undefined
  const rule = { hosts: pushHosts, allowLoopback: unsafePushLoopback }
  const sender = createPushSender({ key, rule, lookup: guardedLookup(rule), limits, now })
  const wakeUps = createWakeUps({ ...rest, sender, queue: createPushQueue({ rule, limits }), after: afterDelay })
  metrics.gauge('safelight_pushes_waiting', () => wakeUps.waiting)
  wakeUps.start()
  return { publicKey: key.publicKey, rule, wakeUps }
}

function afterDelay(delayMs: number, callback: () => void): () => void {
  const timer = setTimeout(callback, delayMs).unref()
  return () => clearTimeout(timer)
}
