// STUN on the port that was asked for.

import { stunHost } from '../addresses.ts'
import type { RelayConfig } from '../config/config.ts'
import type { RelayLimits } from '../limits.ts'
import type { Log } from '../log.ts'
import { errorFields } from '../log.ts'
import { createTokenBuckets } from '../mailbox/token-bucket.ts'
import type { Metrics } from '../metrics.ts'
import { SetupError } from '../setup-error.ts'
import type { StunServer } from './server.ts'
import { startStun } from './server.ts'

/**
 * Of the same number as the other port it is a convenience, and the relay starts without; a port that was asked for it
 * must have. @throws SetupError
 */
export async function startStunFor(options: {
  readonly config: RelayConfig
  /** Of HTTP. */
  readonly port: number
  readonly limits: RelayLimits
  readonly metrics: Metrics
  readonly log: Log
  readonly now: () => number
}): Promise<StunServer | undefined> {
  const { config, port, limits, metrics, log, now } = options
  if (config.stunPort === undefined) return undefined
  const asked = config.stunPort === 'same' ? port : config.stunPort
  try {
    return await startStun({
      port: asked,
      host: stunHost(config),
      rates: createTokenBuckets(limits.stun, { keys: limits.bucketKeys, now }),
      answered: () => metrics.count('safelight_stun_answers_total'),
    })
  } catch (error) {
    if (config.stunPort !== 'same')
      throw new SetupError(`UDP port ${asked} cannot be had for STUN. Choose another with --stun-port, or off.`, {
        cause: error,
      })
    log.warn(errorFields(error), 'no STUN: its UDP port is taken')
    return undefined
  }
}
