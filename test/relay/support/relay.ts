// A real relay in this process, on free ports and a fresh folder, silent.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RelayConfig } from '../../../relay/config/config.ts'
import type { RunningRelay } from '../../../relay/server.ts'
import { startRelay } from '../../../relay/server.ts'
import { deriveMailboxId, deriveWriteKey } from '../../../src/protocol/mailbox/capability.ts'

export interface TestRelay extends RunningRelay, AsyncDisposable {
  readonly dataDirectory: string
  /** Stops and starts on the same folder, on another port. */
  restart(overrides?: Partial<RelayConfig>): Promise<void>
}

export async function createTestRelay(overrides: Partial<RelayConfig> = {}): Promise<TestRelay> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'safelight-relay-'))
  const config: RelayConfig = {
    port: 0,
    host: '127.0.0.1',
    dataDirectory,
    metricsPort: 0,
    logLevel: 'silent',
    maxDiskBytes: 1_000_000_000,
    ...overrides,
  }
  let relay = await startRelay(config)
  return {
    dataDirectory,
    get url() {
      return relay.url
    },
    get port() {
      return relay.port
    },
    get metricsUrl() {
      return relay.metricsUrl
    },
    get peerId() {
      return relay.peerId
    },
    get origin() {
      return relay.origin
    },
    get membership() {
      return relay.membership
    },
    get isNew() {
      return relay.isNew
    },
    isDeserted: () => relay.isDeserted(),
    firstInvite: () => relay.firstInvite(),
    get servesApp() {
      return relay.servesApp
    },
    sweep: () => relay.sweep(),
    get reload() {
      return relay.reload
    },
    stop: () => relay.stop(),
    async restart(changes = {}) {
      await relay.stop()
      relay = await startRelay({ ...config, ...changes })
    },
    async [Symbol.asyncDispose]() {
      await relay.stop()
      await rm(dataDirectory, { recursive: true, force: true })
    },
  }
}

export interface MailboxKeys {
  readonly readKey: Uint8Array
  readonly writeKey: Uint8Array
  readonly mailboxId: Uint8Array
}

export function mailboxKeys(seed: number): MailboxKeys {
  const readKey = new Uint8Array(32).fill(seed)
  const writeKey = deriveWriteKey(readKey)
  return { readKey, writeKey, mailboxId: deriveMailboxId(writeKey) }
}

export function bytesOf(length: number, fill: number): Uint8Array {
  return new Uint8Array(length).fill(fill)
}
