// `safelight-relay start`: runs a relay until it is told to stop.

import { readConfig } from '../config/read.ts'
import { withTurnSecret } from '../config/turn-secret.ts'
import { readCertificate } from '../http/certificate.ts'
import { createLog, errorFields } from '../log.ts'
import type { RunningRelay } from '../server.ts'
import { outputOf, welcomeText } from './welcome.ts'

/** Stopping takes 2 s at the most in the usual case; a part that hangs must not keep the process. */
const forcedExitMs = 8000
/**
 * Small bytes that Node puts into one block, up to half of it. A few of each connection stay for as long as it lives, and
 * keep whole blocks from going.
 */
const bufferBlockBytes = 256

/** @throws SetupError */
export async function startCommand(args: readonly string[]): Promise<void> {
  // libp2p leaves a promise behind now and then when a peer vanishes at the wrong moment; that must not end the relay
  // for everybody else. An exception nobody caught still does: the state after it is unknown.
  process.on('unhandledRejection', (error) => {
    createLog('error').error(errorFields(error), 'unhandled rejection')
  })
  // Before the data folder is touched.
  const config = withTurnSecret(readConfig(args, process.env).config)
  if (config.tls !== undefined) readCertificate(config.tls)
  Buffer.poolSize = bufferBlockBytes
  const running: { relay?: RunningRelay } = {}
  // Asks to read the certificate anew, where there is one. From a terminal it says that this is gone, which ends the relay.
  if (!process.stdin.isTTY && !process.stdout.isTTY) process.on('SIGHUP', () => running.relay?.reload?.())
  // Loaded now: --help and mistakes are answered without waiting for libp2p.
  const { startRelay } = await import('../server.ts')
  const relay = await startRelay(config)
  running.relay = relay
  // A second signal, or a stop that hangs, ends the process at once.
  const onSignal = (): void => {
    if (stopping) process.exit(1)
    stopping = true
    setTimeout(() => process.exit(1), forcedExitMs).unref()
    void relay.stop().then(() => process.exit(0))
  }
  let stopping = false
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
  await announce(relay)
}

async function announce(relay: RunningRelay): Promise<void> {
  const lines = [`Safelight relay: ${relay.url}`]
  if (relay.metricsUrl !== undefined) lines.push(`Metrics: ${relay.metricsUrl}`)
  if (!relay.servesApp) lines.push('No built app was found: only the relay is served. Build it with npm run build.')
  process.stdout.write(`${lines.join('\n')}\n`)
  process.stdout.write(await welcomeText(relay, outputOf(process.stdout)))
}
