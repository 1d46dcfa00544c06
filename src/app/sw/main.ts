// The service worker: the app's files without a network, decrypted media for <img> and <video>, and notifications.

/// <reference lib="webworker" />

import type { MediaAnswer } from './media-question.ts'
import { mediaResponse, parseMediaPath } from './media-response.ts'
import type { AskPage } from './media-response.ts'
import { arrival, openApp, showArrival, showNew } from './notification.ts'
import { createShell } from './shell.ts'

declare const self: ServiceWorkerGlobalScope
/** The page and all of its built files; filled in by the build. */
declare const __SHELL_FILES__: readonly string[]

/** A page that waits longer for a piece of media is told so; the element asks again. */
const askTimeoutMs = 20_000

const shell = createShell(__SHELL_FILES__, self.caches, (input, init) => fetch(input, init))

self.addEventListener('install', (event) => {
  event.waitUntil(shell.fill().then(() => self.skipWaiting()))
})

self.addEventListener('activate', (event) => {
  event.waitUntil(shell.removeOld().then(() => self.clients.claim()))
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (url.origin !== self.location.origin) return
  if (url.pathname.startsWith('/media/')) {
    const path = parseMediaPath(url.pathname)
    event.respondWith(
      path === undefined ? new Response(null, { status: 404 }) : mediaResponse(request, path, askPage(event.clientId)),
    )
  } else if (request.method === 'GET' && request.mode === 'navigate' && url.pathname === '/') {
    event.respondWith(shell.page(request))
  } else if (request.method === 'GET' && url.pathname.startsWith('/assets/')) {
    event.respondWith(shell.asset(request))
  }
})

self.addEventListener('push', (event) => event.waitUntil(showNew(self)))

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(openApp(self))
})

self.addEventListener('message', (event) => {
  if (event.data === arrival) event.waitUntil(showArrival(self))
})

/** Asks the page that made the request, and no other: a page opened on the media's own address has none to ask. */
function askPage(clientId: string): AskPage {
  return async (question, signal) => {
    const client = clientId === '' ? undefined : await self.clients.get(clientId)
    if (client === undefined) return { kind: 'missing' }
    const { port1, port2 } = new MessageChannel()
    const { promise, resolve } = Promise.withResolvers<MediaAnswer>()
    port1.addEventListener('message', ({ data }: MessageEvent<MediaAnswer>) => resolve(data))
    port1.start()
    const giveUp = () => {
      port1.postMessage('stop')
      resolve({ kind: 'failed' })
    }
    signal.addEventListener('abort', giveUp)
    const timer = setTimeout(giveUp, askTimeoutMs)
    client.postMessage(question, [port2])
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', giveUp)
      port1.close()
    }
  }
}
