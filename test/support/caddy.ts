// Caddy in front of a relay, as relay/deploy/Caddyfile has it, with a certificate of its own authority.

import { spawn, spawnSync } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const caddyfile = fileURLToPath(new URL('../../relay/deploy/Caddyfile', import.meta.url))
const readyTimeoutMs = 30_000

export function hasCaddy(): boolean {
  return spawnSync('caddy', ['version']).status === 0
}

export interface Caddy extends AsyncDisposable {
  /** PEM of the authority, for programs. */
  readonly authorityPath: string
  /** SHA-256 of the public key of its intermediate certificate, which Caddy sends along; base64, for a browser. */
  readonly authorityKey: string
}

/** Serves `https://localhost:<port>` from the relay on `upstreamPort`. */
export async function startCaddy(options: { readonly port: number; readonly upstreamPort: number }): Promise<Caddy> {
  const folder = await mkdtemp(join(tmpdir(), 'safelight-caddy-'))
  // No ports below 1024, no changes to the machine's trust store, nothing asked of the internet.
  const local = '{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n\tlocal_certs\n}\n'
  const path = join(folder, 'Caddyfile')
  await writeFile(path, local + (await readFile(caddyfile, 'utf8')))
  let output = ''
  const child = spawn('caddy', ['run', '--config', path, '--adapter', 'caddyfile'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      XDG_DATA_HOME: folder,
      XDG_CONFIG_HOME: folder,
      SAFELIGHT_SITE: `https://localhost:${options.port}`,
      SAFELIGHT_UPSTREAM: `127.0.0.1:${options.upstreamPort}`,
    },
  })
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const authorityPath = join(folder, 'caddy/pki/authorities/local/root.crt')
  const deadline = Date.now() + readyTimeoutMs
  let authority: string | undefined
  while (authority === undefined || !output.includes('certificate obtained successfully')) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`Caddy is not ready:\n${output}`)
    await delay(50)
    authority = await readFile(authorityPath, 'utf8').catch(() => undefined)
  }
  const intermediate = await readFile(join(folder, 'caddy/pki/authorities/local/intermediate.crt'))
  const key = new X509Certificate(intermediate).publicKey.export({ type: 'spki', format: 'der' })
  return {
    authorityPath,
    authorityKey: createHash('sha256').update(key).digest('base64'),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await exited
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    },
  }
}
