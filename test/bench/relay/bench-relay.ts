// A relay in a process of its own whose rate limits are out of the way: one program plays all the people.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readFileSync } from 'node:fs'
import { startRelayProcess } from '../../support/relay-process.ts'

const free = '{ burst = 1e9, per-second = 1e9 }'
const rates = [
  'upgrades-per-address',
  'requests-per-address',
  'commands',
  'opens',
  'commands-per-address',
  'opens-per-address',
  'puts',
  'puts-per-connection',
  'puts-per-address',
  'put-bytes-per-connection',
  'put-bytes-per-address',
  'invite-puts',
  'segments',
  'segment-bytes-per-address',
]
const config = `max-disk = "100G"
[limits]
mailbox-envelopes = 1000000
mailbox-bytes = "100G"
connections-per-address = 50000
body-bytes-per-address = "256Mi"
answer-bytes-per-address = "256Mi"
${rates.map((rate) => `${rate} = ${free}`).join('\n')}
`

export interface BenchRelay extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly dataFolder: string
  processId(): number
  /** Resident memory of the process. */
  memoryBytes(): number
  stop(): Promise<void>
  /** Milliseconds from the start of the process until it is ready. */
  restart(): Promise<number>
}

export async function startBenchRelay(): Promise<BenchRelay> {
  const folder = await mkdtemp(join(tmpdir(), 'safelight-bench-'))
  const path = join(folder, 'relay.toml')
  await writeFile(path, config)
  const relay = await startRelayProcess({ env: { SAFELIGHT_CONFIG: path, SAFELIGHT_LOG_LEVEL: 'error' } })
  return {
    url: relay.url,
    port: Number(new URL(relay.url).port),
    dataFolder: relay.dataFolder,
    processId: () => relay.processId(),
    memoryBytes: () => residentBytes(relay.processId()),
    stop: () => relay.kill('SIGTERM'),
    async restart() {
      const from = performance.now()
      await relay.restart()
      return performance.now() - from
    },
    async [Symbol.asyncDispose]() {
      await relay[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** As Linux counts it. */
export function residentBytes(processId: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${processId}/status`, 'utf8'))
  return Number(line?.[1] ?? Number.NaN) * 1024
}
