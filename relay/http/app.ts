// Serves the built web app from memory, with headers that let it load nothing but itself. The files are read once, at the
// start: a build that replaces them while the relay runs cannot mix two versions, and a request never touches the disk.

import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

const yearS = 365 * 24 * 60 * 60

/**
 * Scripts, styles and workers come from here alone; media and previews are decrypted in the page (`blob:`, `data:`).
 * Connections go anywhere: contacts may use any relay. `wasm-unsafe-eval` lets image decoders in WebAssembly run.
 */
const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "connect-src 'self' http: https: ws: wss:",
  "img-src 'self' blob: data:",
  "media-src 'self' blob: data:",
  "worker-src 'self' blob:",
  "manifest-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html;charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain;charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
}

/** A build may leave these beside a file. */
const compressedSuffix = /\.(?:br|gz)$/

interface AppFile {
  readonly etag: string
  readonly contentType: string
  readonly plain: Buffer
  readonly gzip: Buffer
  readonly br: Buffer | undefined
}

export type AppHandler = (request: IncomingMessage, response: ServerResponse, notFound: () => void) => void

/** Undefined: there is no built app in the folder. */
export async function createAppHandler(directory: string): Promise<AppHandler | undefined> {
  const files = await readFiles(directory)
  const page = files.get('/index.html')
  if (page === undefined) return undefined

  return (request, response, notFound) => {
    const pathname = (request.url ?? '/').split('?')[0] ?? '/'
    // Paths of the app are one page; a missing file is not.
    const isPage = !pathname.slice(pathname.lastIndexOf('/')).includes('.')
    const file = files.get(pathname) ?? (isPage ? page : undefined)
    if (file === undefined) return notFound()
    setAppHeaders(response)
    // Files in assets/ have a hash of their content in their names.
    const immutable = file !== page && pathname.startsWith('/assets/')
    response.setHeader('Cache-Control', immutable ? `public, max-age=${yearS}, immutable` : 'no-cache')
    if (pathname === '/sw.js') response.setHeader('Service-Worker-Allowed', '/')
    sendFile(request, response, file)
  }
}

async function readFiles(directory: string): Promise<ReadonlyMap<string, AppFile>> {
  const files = new Map<string, AppFile>()
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => [])
  const paths = new Set(entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)))
  for (const path of paths) {
    if (compressedSuffix.test(path)) continue
    const plain = await readFile(path)
    files.set(`/${relative(directory, path).split(sep).join('/')}`, {
      // Weak: the same for all encodings of a file.
      etag: `W/"${createHash('sha256').update(plain).digest('base64url')}"`,
      contentType: contentTypes[extname(path)] ?? 'application/octet-stream',
      plain,
      gzip: paths.has(`${path}.gz`) ? await readFile(`${path}.gz`) : await promisify(gzip)(plain),
      br: paths.has(`${path}.br`) ? await readFile(`${path}.br`) : undefined,
    })
  }
  return files
}

/** Whole, whatever range is asked for: the files are small, and a server may ignore ranges. */
function sendFile(request: IncomingMessage, response: ServerResponse, file: AppFile): void {
  response.setHeader('ETag', file.etag)
  response.setHeader('Vary', 'Accept-Encoding')
  const known = (request.headers['if-none-match'] ?? '').split(',').map((etag) => etag.trim())
  if (known.includes(file.etag)) {
    response.writeHead(304)
    response.end()
    return
  }
  const { encoding, body } = encodingFor(request, file)
  if (encoding !== undefined) response.setHeader('Content-Encoding', encoding)
  response.writeHead(200, { 'Content-Type': file.contentType, 'Content-Length': body.length })
  response.end(body)
}

function encodingFor(
  request: IncomingMessage,
  file: AppFile,
): { readonly encoding: 'br' | 'gzip' | undefined; readonly body: Buffer } {
  const accepted = String(request.headers['accept-encoding'] ?? '')
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
  if (file.br !== undefined && accepted.includes('br')) return { encoding: 'br', body: file.br }
  // Pictures and fonts are compressed already.
  const helps = file.gzip.length < file.plain.length
  return helps && accepted.includes('gzip')
    ? { encoding: 'gzip', body: file.gzip }
    : { encoding: undefined, body: file.plain }
}

function setAppHeaders(response: ServerResponse): void {
  response.setHeader('Content-Security-Policy', contentSecurityPolicy)
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin')
  response.setHeader('Permissions-Policy', 'camera=(self), microphone=(self), geolocation=(), payment=(), usb=()')
  response.setHeader('Referrer-Policy', 'no-referrer')
  response.setHeader('X-Content-Type-Options', 'nosniff')
  response.setHeader('X-Frame-Options', 'DENY')
}
