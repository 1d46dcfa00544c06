// Serves the built web app, with headers that let it load nothing but itself.

import { access } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import sirv from 'sirv'

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
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

export type AppHandler = (request: IncomingMessage, response: ServerResponse, notFound: () => void) => void

/** Undefined: there is no built app in the folder. */
export async function createAppHandler(directory: string): Promise<AppHandler | undefined> {
  const exists = await access(join(directory, 'index.html')).then(
    () => true,
    () => false,
  )
  if (!exists) return undefined
  const serve = sirv(directory, {
    etag: true,
    brotli: true,
    gzip: true,
    // Paths of the app are one page; a missing file is not.
    single: true,
    ignores: [/\/[^/]*\.[^/]+$/],
    setHeaders(response, pathname) {
      setAppHeaders(response)
      // Files in assets/ have a hash of their content in their names.
      const immutable = pathname.startsWith('/assets/')
      response.setHeader('Cache-Control', immutable ? `public, max-age=${yearS}, immutable` : 'no-cache')
      if (pathname === '/sw.js') response.setHeader('Service-Worker-Allowed', '/')
    },
  })
  return (request, response, notFound) => serve(request, response, notFound)
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
