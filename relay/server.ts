// Puts a relay together, starts it and stops it. `main.ts` is its command line; tests start it in their own process.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { announcedAddresses, reachableHost } from './addresses.ts'
import { adminCommands } from './admin/commands.ts'
import { startAdmin } from './admin/start.ts'
import { refuseHalfRestored } from './backup/half-restored.ts'
import { createBlobService } from './blobs/service.ts'
import { openSegmentFiles } from './blobs/segment-files.ts'
import type { Membership, RelayConfig } from './config/config.ts'
import type { FirstInvite } from './first-invite.ts'
import { isDeserted, makeFirstInvite } from './first-invite.ts'
import { createHeldBytes } from './held-bytes.ts'
import { createAnswers } from './http/answers.ts'
import { createAppHandler } from './http/app.ts'
import { createBodyReader } from './http/body.ts'
import { createByteBudget } from './http/byte-budget.ts'
import { readCertificate, watchCertificate } from './http/certificate.ts'
import { createFront } from './http/front.ts'
import { relayInfo } from './http/info.ts'
import { closeServer, listen } from './http/listen.ts'
import { createMetricsServer } from './http/metrics-server.ts'
import { defaultLimits } from './limits.ts'
import { createLog } from './log.ts'
import { createHub } from './mailbox/hub.ts'
import { createMailboxService } from './mailbox/service.ts'
import { createMetrics } from './metrics.ts'
import { createFrontTransport } from './p2p/front-transport.ts'
import { mailboxProtocol, serveMailboxStream } from './p2p/mailbox-stream.ts'
import { startNode } from './p2p/node.ts'
import { loadPeerKey, peerKeyName } from './p2p/peer-key.ts'
import { startPush } from './push/start.ts'
import { createReadiness } from './readiness.ts'
import { createShutdown } from './shutdown.ts'
import { prepareDataFolder } from './storage/data-folder.ts'
import { createDiskBudget } from './storage/disk-budget.ts'
import { lockFolder } from './storage/folder-lock.ts'
import { openSqliteStore } from './storage/sqlite/open.ts'
import { startStunFor } from './stun/start.ts'
import { removeBlob, startSweeper } from './sweep.ts'

export interface RunningRelay {
  /** Where this machine reaches it, `http://localhost:8080`. */
  readonly url: string
  readonly port: number
  /** `http://127.0.0.1:<port>/metrics`; undefined: off. */
  readonly metricsUrl: string | undefined
  /** Where people reach it. */
  readonly origin: string
  readonly membership: Membership
  readonly peerId: string
  /** The data folder had no relay in it before. */
  readonly isNew: boolean
  /** Whether nobody is here yet, nor was invited. */
  isDeserted(): Promise<boolean>
  /** Makes an invite for whoever sets it up; undefined: there was one, or none is needed. */
  firstInvite(): Promise<FirstInvite | undefined>
  /** Whether a built app was found. */
  readonly servesApp: boolean
  /** Removes now what has expired; otherwise this happens every few minutes. */
  sweep(): Promise<void>
  /** Reads the certificate anew, which also happens within a minute of a change; undefined: there is none. */
  readonly reload: (() => void) | undefined
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
  const shutdown = createShutdown({ stepMs: limits.stopMs, log })

  try {
    await prepareDataFolder(config.dataDirectory)
    const lock = lockFolder(config.dataDirectory)
    shutdown.add(() => lock[Symbol.dispose]())
    refuseHalfRestored(config.dataDirectory)
    const isNew = !existsSync(join(config.dataDirectory, peerKeyName))
    const privateKey = await loadPeerKey(config.dataDirectory)
    const store = openSqliteStore(config.dataDirectory, { jobsPerCommit: limits.jobsPerCommit })
    shutdown.add(() => store.close())
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
    shutdown.add(() => sweeper.stop())

    const hub = createHub()
    const membership = config.membership ?? 'open'
    const push = await startPush({ config, store: store.push, hub, limits, metrics, log, now })
    if (push !== undefined) shutdown.add(() => push.wakeUps.stop())
    const removeClosed = (): void => void sweeper.removeClosed()
    const shared = { store, hub, push, disk, removeClosed, limits, membership, turn: config.turn, metrics, log, now }
    const service = createMailboxService(shared)
    const blobs = createBlobService({ ...shared, files })
    const app = config.appDirectory === undefined ? undefined : await createAppHandler(config.appDirectory)

    const readiness = createReadiness({ store, disk, limits, dataDirectory: config.dataDirectory })
    let started = false
    const hold = (total: number, perAddress: number) =>
      createHeldBytes({ total, perAddress, stallMs: limits.stallMs }, monotonicNow)
    const heldBytes = hold(limits.streamBytesAtOnce, limits.streamBytesPerAddress)
    const webSockets = createFrontTransport(limits, heldBytes)
    let peerId = ''
    /** Known once the port is. */
    const stun: { port?: number | undefined } = {}
    const front = createFront({
      certificate: config.tls && readCertificate(config.tls),
      app,
      service,
      blobs,
      bodies: createBodyReader(
        createByteBudget({ total: limits.bodyBytesAtOnce, perAddress: limits.bodyBytesPerAddress }),
      ),
      answers: createAnswers(hold(limits.answerBytesAtOnce, limits.answerBytesPerAddress), limits),
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
      readiness,
      limits,
      metrics,
      trustProxy: config.trustProxy ?? false,
      accept: webSockets.accept,
      log,
      now,
    })
    shutdown.add(() => closeServer(front.server))
    // Listening first: a port in use is told before anything else starts, and the port is part of what is announced.
    const port = await listen(front.server, config.port, config.host)
    const url = `${config.tls === undefined ? 'http' : 'https'}://${reachableHost(config.host)}:${port}`

    const origin = config.publicUrl ?? url
    const certificates =
      config.tls && watchCertificate({ files: config.tls, take: (renewed) => front.take(renewed), log })
    if (certificates !== undefined) shutdown.add(() => certificates.stop())

    const node = await startNode({
      privateKey,
      limits,
      front: webSockets,
      announce: announcedAddresses(origin),
      mayBeCalled: (peer) => membership === 'open' || hub.isFollower(peer),
    })
    peerId = node.libp2p.peerId.toString()
    shutdown.add(() => node.libp2p.stop())
    shutdown.add(() => front.upgrades.closeAll())
    await node.libp2p.handle(
      mailboxProtocol,
      (stream, connection) => {
        metrics.count('safelight_mailbox_streams_opened_total')
        serveMailboxStream(stream, connection, {
          ...shared,
          service,
          mailboxes: store.mailboxes,
          addressOf: webSockets.addressOf,
          heldBytes,
        })
      },
      { maxInboundStreams: limits.streamsPerConnection },
    )

    metrics.gauge('safelight_connections', () => front.upgrades.connections)
    metrics.gauge('safelight_reservations', node.reservations)
    metrics.gauge('safelight_stored_bytes', () => store.usage().mailboxBytes, 'kind="mailboxes"')
    metrics.gauge('safelight_stored_bytes', () => store.usage().blobBytes, 'kind="blobs"')
    metrics.gauge('safelight_stored_bytes', () => disk.unusedBytes(), 'kind="unused"')
    metrics.gauge('safelight_disk_limit_bytes', () => disk.maxBytes)
    const metricsUrl = await startMetrics()
    const stunServer = await startStunFor({ config, port, limits, metrics, log, now })
    if (stunServer !== undefined) shutdown.add(() => stunServer.close())
    stun.port = stunServer?.port
    const commands = adminCommands({
      store,
      files,
      disk,
      removeClosed,
      limits,
      membership,
      dataDirectory: config.dataDirectory,
      url,
      origin,
      peerId,
      stunPort: stun.port,
      connections: () => front.upgrades.connections,
      readiness,
      now,
    })
    await startAdmin({
      commands,
      dataDirectory: config.dataDirectory,
      shutdown,
      log,
    })
    started = true
    log.info({ port, app: app !== undefined, diskLimitBytes: disk.maxBytes }, 'relay started')
    return {
      url,
      port,
      metricsUrl,
      origin,
      membership,
      peerId,
      isNew,
      isDeserted: () => isDeserted(store),
      firstInvite: () => makeFirstInvite(store, membership, commands),
      servesApp: app !== undefined,
      sweep: () => sweeper.sweep(),
      reload: certificates && (() => certificates.reload()),
      stop: () => shutdown.run(),
    }
  } catch (error) {
    await shutdown.run()
    throw error
  }

  async function startMetrics(): Promise<string | undefined> {
    if (config.metricsPort === undefined) return undefined
    const server = createMetricsServer(metrics)
    shutdown.add(() => closeServer(server))
    return `http://127.0.0.1:${await listen(server, config.metricsPort, '127.0.0.1')}/metrics`
  }
}
