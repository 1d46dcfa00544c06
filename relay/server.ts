// Puts a relay together, starts it and stops it. `main.ts` is its command line; tests start it in their own process.

import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { access, constants, mkdir } from 'node:fs/promises'
import { newSecret, removeAccess, writeAccess } from './admin/access.ts'
import { adminCommands } from './admin/commands.ts'
import type { AdminCommands } from './admin/server.ts'
import { createAdminServer } from './admin/server.ts'
import { refuseHalfRestored } from './backup/half-restored.ts'
import { createBlobService } from './blobs/service.ts'
import { openSegmentFiles } from './blobs/segment-files.ts'
import type { RelayConfig } from './config/config.ts'
import { SetupError } from './setup-error.ts'
import { createAnswers } from './http/answers.ts'
import { createAppHandler } from './http/app.ts'
import { createBodyReader } from './http/body.ts'
import { createByteBudget } from './http/byte-budget.ts'
import { createFront } from './http/front.ts'
import { relayInfo } from './http/info.ts'
import { createMetricsServer } from './http/metrics-server.ts'
import { defaultLimits } from './limits.ts'
import { createLog, errorFields } from './log.ts'
import { createHub } from './mailbox/hub.ts'
import { createTokenBuckets } from './mailbox/token-bucket.ts'
import { createMailboxService } from './mailbox/service.ts'
import { createMetrics } from './metrics.ts'
import { mailboxProtocol, serveMailboxStream } from './p2p/mailbox-stream.ts'
import { createFrontTransport } from './p2p/front-transport.ts'
import { startNode } from './p2p/node.ts'
import { loadPeerKey } from './p2p/peer-key.ts'
import { startPush } from './push/start.ts'
import { lockFolder } from './storage/folder-lock.ts'
import { createDiskBudget } from './storage/disk-budget.ts'
import { startStun } from './stun/server.ts'
import { openSqliteStore } from './storage/sqlite/open.ts'
import { removeBlob, startSweeper } from './sweep.ts'

export interface RunningRelay {
  /** Where this machine reaches it, `http://localhost:8080`. */
  readonly url: string
  readonly port: number
  /** `http://127.0.0.1:<port>/metrics`; undefined: off. */
  readonly metricsUrl: string | undefined
  readonly peerId: string
  /** Whether a built app was found. */
  readonly servesApp: boolean
  /** Removes now what has expired; otherwise this happens every few minutes. */
  sweep(): Promise<void>
  /** Ends open connections within a few seconds; safe to call twice. */
  stop(): Promise<void>
}

/** @throws SetupError with a sentence for the operator */
export async function startRelay(config: RelayConfig): Promise<RunningRelay> {
  const limits = { ...defaultLimits, ...config.limits }
  const now = config.now ?? Date.now
  const monotonicNow = config.monotonicNow ?? config.now ?? (() => performance.now())
  const log = createLog(config.logLevel ?? 'info')
  const metrics = createMetrics()
  // Undone in reverse order, also when a later step of the start fails.
  const undo: (() => Promise<void> | void)[] = []
  let stopping: Promise<void> | undefined
  const stop = (): Promise<void> => (stopping ??= stopAll())

  async function stopAll(): Promise<void> {
    for (const step of undo.toReversed()) {
      try {
        await withTimeout(step(), limits.stopMs)
      } catch (error) {
        log.warn(errorFields(error), 'a part of the relay did not stop cleanly')
      }
    }
  }

  try {
    await prepareDirectory(config.dataDirectory)
    const lock = lockFolder(config.dataDirectory)
    undo.push(() => lock[Symbol.dispose]())
    refuseHalfRestored(config.dataDirectory)
    const privateKey = await loadPeerKey(config.dataDirectory)
    const store = openSqliteStore(config.dataDirectory, { jobsPerCommit: limits.jobsPerCommit })
    undo.push(() => store.close())
    const files = await openSegmentFiles(config.dataDirectory)
    const disk = await createDiskBudget({
      directory: config.dataDirectory,
      maxBytes: config.maxDiskBytes,
      store,
      limits,
      now,
      removeBlob: async (folder) => {
        await removeBlob(store, files, folder)
        metrics.count('safelight_blobs_evicted_total')
      },
    })
    const sweeper = startSweeper({ store, files, limits, log, now, monotonicNow })
    undo.push(() => sweeper.stop())

    const hub = createHub()
    const membership = config.membership ?? 'open'
    const push = await startPush({ config, store: store.push, hub, limits, metrics, log, now })
    if (push !== undefined) undo.push(() => push.wakeUps.stop())
    const shared = { store, hub, push, disk, limits, membership, turn: config.turn, metrics, log, now }
    const service = createMailboxService(shared)
    const blobs = createBlobService({ ...shared, files })
    const app = config.appDirectory === undefined ? undefined : await createAppHandler(config.appDirectory)

    let started = false
    const webSockets = createFrontTransport(limits)
    let peerId = ''
    /** Known once the port is. */
    const stun: { port?: number | undefined } = {}
    const front = createFront({
      app,
      service,
      blobs,
      bodies: createBodyReader(
        createByteBudget({ total: limits.bodyBytesAtOnce, perAddress: limits.bodyBytesPerAddress }),
      ),
      answers: createAnswers(
        createByteBudget({ total: limits.answerBytesAtOnce, perAddress: limits.answerBytesPerAddress }),
      ),
      info: (host) =>
        relayInfo({
          peerId,
          limits,
          membership,
          pushKey: push?.publicKey,
          stunPort: stun.port,
          turn: config.turn !== undefined,
          host: config.publicUrl === undefined ? host : new URL(config.publicUrl).host,
        }),
      started: () => started,
      ready: () => store.check(),
      limits,
      metrics,
      trustProxy: config.trustProxy ?? false,
      accept: webSockets.accept,
      log,
      now,
    })
    undo.push(() => closeServer(front.server))
    // Listening first: a port in use is told before anything else starts, and the port is part of what is announced.
    const port = await listen(front.server, config.port, config.host)
    const url = `http://${reachableHost(config.host)}:${port}`

    const node = await startNode({
      privateKey,
      limits,
      front: webSockets,
      announce: announcedAddresses(config.publicUrl ?? url),
    })
    peerId = node.libp2p.peerId.toString()
    undo.push(() => node.libp2p.stop())
    undo.push(() => front.upgrades.closeAll())
    await node.libp2p.handle(
      mailboxProtocol,
      (stream, connection) => {
        metrics.count('safelight_mailbox_streams_opened_total')
        serveMailboxStream(stream, connection, {
          ...shared,
          service,
          mailboxes: store.mailboxes,
          addressOf: webSockets.addressOf,
        })
      },
      { maxInboundStreams: limits.streamsPerConnection },
    )

    metrics.gauge('safelight_connections', () => front.upgrades.connections)
    metrics.gauge('safelight_reservations', node.reservations)
    metrics.gauge('safelight_stored_bytes', () => store.usage().mailboxBytes, 'kind="mailboxes"')
    metrics.gauge('safelight_stored_bytes', () => store.usage().blobBytes, 'kind="blobs"')
    metrics.gauge('safelight_disk_limit_bytes', () => disk.maxBytes)
    const metricsUrl = await startMetrics()
    stun.port = await startStunServer(port)
    await startAdmin(
      adminCommands({
        store,
        files,
        disk,
        limits,
        membership,
        dataDirectory: config.dataDirectory,
        url,
        origin: config.publicUrl ?? url,
        peerId,
        stunPort: stun.port,
        connections: () => front.upgrades.connections,
        now,
      }),
    )
    started = true
    log.info({ port, app: app !== undefined, diskLimitBytes: disk.maxBytes }, 'relay started')
    return { url, port, metricsUrl, peerId, servesApp: app !== undefined, sweep: () => sweeper.sweep(), stop }
  } catch (error) {
    await stop()
    throw error
  }

  async function startMetrics(): Promise<string | undefined> {
    if (config.metricsPort === undefined) return undefined
    const server = createMetricsServer(metrics)
    undo.push(() => closeServer(server))
    return `http://127.0.0.1:${await listen(server, config.metricsPort, '127.0.0.1')}/metrics`
  }

  async function startAdmin(commands: AdminCommands): Promise<void> {
    const secret = newSecret()
    const server = createAdminServer({ secret, commands, log })
    undo.push(() => closeServer(server))
    const port = await listen(server, 0, '127.0.0.1')
    undo.push(() => removeAccess(config.dataDirectory))
    try {
      await writeAccess(config.dataDirectory, { port, secret })
    } catch (error) {
      // On a full disk people still fetch and acknowledge what is there, which makes room.
      log.warn(errorFields(error), 'the operator commands do not find this relay: admin.json cannot be written')
    }
  }

  /** Of the same number as the other port it is a convenience, and the relay starts without; a port that was asked for it must have. */
  async function startStunServer(ownPort: number): Promise<number | undefined> {
    if (config.stunPort === undefined) return undefined
    const asked = config.stunPort === 'same' ? ownPort : config.stunPort
    try {
      const server = await startStun({
        port: asked,
        host: stunHost(config),
        rates: createTokenBuckets(limits.stun, { keys: limits.bucketKeys, now }),
        answered: () => metrics.count('safelight_stun_answers_total'),
      })
      undo.push(() => server.close())
      return server.port
    } catch (error) {
      if (config.stunPort !== 'same')
        throw new SetupError(`UDP port ${asked} cannot be had for STUN. Choose another with --stun-port, or off.`, {
          cause: error,
        })
      log.warn(errorFields(error), 'no STUN: its UDP port is taken')
      return undefined
    }
  }
}

async function prepareDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new SetupError(
      `The data folder ${directory} cannot be written. Check its permissions, or choose another with --data.`,
      {
        cause: error,
      },
    )
  }
}

function listen(server: Server, port: number, host: string | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(toSetupError(error, port, host)))
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      const address = server.address()
      resolve(isAddressInfo(address) ? address.port : port)
    })
  })
}

/** A relay that only its proxy reaches has to answer STUN to everybody all the same: UDP does not pass the proxy. */
function stunHost({ host, publicUrl }: RelayConfig): string | undefined {
  const isLocal = (name: string): boolean => /^(?:localhost|127\..+|\[?::1\]?)$/.test(name)
  const isBehindProxy = publicUrl !== undefined && !isLocal(new URL(publicUrl).hostname)
  return host !== undefined && isLocal(host) && isBehindProxy ? undefined : host
}

function isAddressInfo(address: string | AddressInfo | null): address is AddressInfo {
  return address !== null && typeof address !== 'string'
}

function toSetupError(error: Error, port: number, host: string | undefined): SetupError {
  const code = 'code' in error ? error.code : undefined
  const sentence =
    code === 'EADDRINUSE'
      ? `Port ${port} is already in use. Stop the other program, or choose another port with --port.`
      : code === 'EACCES'
        ? `Port ${port} needs more rights than this process has. Choose one above 1023 with --port.`
        : code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND'
          ? `The address ${host ?? ''} is not one of this machine. Choose another with --host.`
          : `The relay cannot listen on port ${port}.`
  return new SetupError(sentence, { cause: error })
}

/** Waits a moment for answers that are under way, then closes what is left. */
async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), 1000)
  await closed
  clearTimeout(timer)
}

async function withTimeout(step: Promise<void> | void, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('timeout')), timeoutMs)
  })
  try {
    await Promise.race([step, timeout])
  } finally {
    clearTimeout(timer)
  }
}

function reachableHost(host: string | undefined): string {
  if (host === undefined || host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

/** Without a path: the WebSocket is answered at `/` too, see http/upgrade.ts. */
function announcedAddresses(origin: string): readonly string[] {
  const { protocol, hostname, port } = new URL(origin)
  const isTls = protocol === 'https:'
  const bare = hostname.replace(/^\[|\]$/g, '')
  const host = bare.includes(':') ? `/ip6/${bare}` : /^[\d.]+$/.test(bare) ? `/ip4/${bare}` : `/dns/${bare}`
  return [`${host}/tcp/${port === '' ? (isTls ? 443 : 80) : port}${isTls ? '/tls' : ''}/ws`]
}
