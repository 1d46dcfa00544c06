// TLS without a proxy: the certificate of the public port and its key, as files that a certificate authority's program renews.

import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import type { TlsFiles } from '../config/config.ts'
import type { Log } from '../log.ts'
import { SetupError } from '../setup-error.ts'

/** How often the files are looked at. Programs renew weeks before the end. */
const lookMs = 60_000

export interface Certificate {
  /** PEM, with those between it and the authority's. */
  readonly cert: Buffer
  readonly key: Buffer
}

/** @throws SetupError that says which file is wrong */
export function readCertificate({ certPath, keyPath }: TlsFiles): Certificate {
  const cert = readPem('tls-cert', certPath)
  const key = readPem('tls-key', keyPath)
  const certificate = parsed(() => new X509Certificate(cert), `tls-cert: ${certPath} holds no certificate in PEM.`)
  const privateKey = parsed(
    () => createPrivateKey(key),
    `tls-key: ${keyPath} holds no key in PEM, or one with a password.`,
  )
  if (!certificate.checkPrivateKey(privateKey))
    throw new SetupError(`tls-key: the key in ${keyPath} does not belong to the certificate in ${certPath}.`)
  return { cert, key }
}

export interface CertificateWatch {
  /** Takes what the files hold by now. What is no good pair is not taken, and said in the log. */
  reload(): void
  stop(): void
}

/** Reloads when a file has changed: on another file under the same name, too. */
export function watchCertificate(options: {
  readonly files: TlsFiles
  readonly take: (certificate: Certificate) => void
  readonly log: Log
  readonly everyMs?: number
}): CertificateWatch {
  const { files, take, log, everyMs = lookMs } = options
  const paths = [...new Set([files.certPath, files.keyPath])]

  function reload(): void {
    try {
      take(readCertificate(files))
      log.info({}, 'the certificate was read anew')
    } catch {
      // Half of a renewal, perhaps: the change of the other file is noticed as well.
      log.warn({}, 'the new certificate was not taken: config check says why')
    }
  }

  for (const path of paths) watchFile(path, { interval: everyMs, persistent: false }, reload)
  return {
    reload,
    stop() {
      for (const path of paths) unwatchFile(path, reload)
    },
  }
}

function readPem(setting: string, path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new SetupError(`${setting}: ${path} cannot be read (${code}).`, { cause: error })
  }
}

function parsed<T>(parse: () => T, sentence: string): T {
  try {
    return parse()
  } catch (error) {
    throw new SetupError(sentence, { cause: error })
  }
}
