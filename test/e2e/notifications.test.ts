// Somebody wants to hear of messages while Safelight is closed. Chromium's own push service cannot be reached from here:
// its subscription is made up, the relay pushes to a service of this test, and the push is handed to Chromium from there.

import type { BrowserContext, CDPSession, Page, Worker } from 'playwright'
import { expect, it } from 'vitest'
import { openPerson } from '../support/person.ts'
import { loopbackTls, startPushService } from '../support/push-service.ts'
import { startRelayProcess } from '../support/relay-process.ts'
import { meet, names } from '../support/stories.ts'

const env = { SAFELIGHT_UNSAFE_PUSH_LOOPBACK: 'true', NODE_EXTRA_CA_CERTS: loopbackTls }

/** The part of the worker's global that is used: these functions run there. */
interface WorkerScope extends EventTarget {
  readonly registration: ServiceWorkerRegistration
  readonly clients: object
  readonly NotificationEvent: new (type: string, init: { readonly notification: Notification }) => Event
}

it('shows a notification when a message comes while every tab is closed, and a click opens the app', async () => {
  await using service = await startPushService()
  await using relay = await startRelayProcess({ env })
  await using friends = await meet({ relayUrl: relay.url })
  const { ana, anaApp, boApp } = friends
  const context = await ana.openBrowser()
  await context.grantPermissions(['notifications'], { origin: relay.url })
  await context.addInitScript(subscribeElsewhere, service.endpoint('ana'))
  await anaApp.reload()
  await anaApp.goTo('Settings')
  const toggle = anaApp.page.getByRole('switch', { name: 'Notify me of new messages' })
  await expect.poll(() => toggle.isEnabled(), { timeout: 30_000 }).toBe(true)
  expect(await toggle.isChecked()).toBe(false)
  await toggle.click()
  await expect.poll(() => toggle.isChecked()).toBe(true)
  await expect.poll(() => anaApp.page.getByText('Your relay does not know yet').count()).toBe(0)

  const elsewhere = await context.newPage()
  await anaApp.page.close()
  const text = await boApp.sendText('Knock, knock')
  await boApp.waitForState(text, `Kept by ${relay.name} until …`)
  const push = await service.count(1)
  expect(push).toMatchObject({ path: '/ana', method: 'POST', bodyBytes: 0 })
  await deliverPush(context, elsewhere, relay.url)

  const worker = await workerOf(context, relay.url)
  await expect
    .poll(() => shown(worker))
    .toEqual(['New message: Or word of one that you sent. Open Safelight to see it.'])
  // Browsers open a page for a real click only: what is asked of the browser is what can be seen.
  expect(await worker.evaluate(click)).toEqual(['/'])
  expect(await shown(worker)).toEqual([])

  await deliverPush(context, elsewhere, relay.url)
  await expect.poll(() => shown(worker)).toHaveLength(1)
  const again = await ana.openTab()
  await again.openConversation(names.bo)
  await again.article('Knock, knock').waitFor()
  // Who looks at the app needs to be told no more.
  await expect.poll(() => shown(worker)).toEqual([])
  await boApp.waitForState(text, 'Seen')

  await again.goTo('Settings')
  await again.page.getByRole('switch', { name: 'Notify me of new messages' }).click()
  await expect.poll(() => again.page.getByRole('switch', { name: 'Notify me of new messages' }).isChecked()).toBe(false)
  await again.page.close()
  await boApp.sendText('Anybody there?')
  await boApp.waitForState(boApp.article('Anybody there?'), `Kept by ${relay.name} until …`)
  expect(await relay.metric('safelight_pushes_waiting')).toBe(0)
  expect(service.taken).toHaveLength(1)
})

it('says so where the person, or the browser, does not want it', async () => {
  await using relay = await startRelayProcess()
  await using ana = await openPerson(names.ana, { relayUrl: relay.url })
  const context = await ana.openBrowser()
  const app = await ana.app()
  await app.startAs(names.ana)
  await app.goTo('Settings')
  const toggle = app.page.getByRole('switch', { name: 'Notify me of new messages' })
  await expect.poll(() => toggle.isEnabled(), { timeout: 30_000 }).toBe(true)
  await toggle.click()
  const alert = app.page.getByRole('alert')
  await expect.poll(() => alert.allTextContents()).toEqual([expect.stringMatching(/not allowed|blocked/)])
  expect(await toggle.isChecked()).toBe(false)

  // Allowed, but this Chromium reaches no push service.
  await context.grantPermissions(['notifications'], { origin: relay.url })
  await app.reload()
  await expect.poll(() => toggle.isEnabled(), { timeout: 30_000 }).toBe(true)
  await toggle.click()
  await expect
    .poll(() => alert.allTextContents(), { timeout: 60_000 })
    .toEqual([expect.stringContaining('push service cannot be reached')])
  expect(await toggle.isChecked()).toBe(false)
})

/** Runs in the page, before its scripts: a browser with a push service of its own, which forgets nothing. */
function subscribeElsewhere(endpoint: string): void {
  const kept = 'test-subscription'
  const subscription = (): PushSubscription | null => {
    const key = localStorage.getItem(kept)
    if (key === null) return null
    const bytes = Uint8Array.from(atob(key.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0))
    return {
      endpoint,
      options: { applicationServerKey: bytes.buffer, userVisibleOnly: true },
      unsubscribe: async () => {
        localStorage.removeItem(kept)
        return true
      },
    } as unknown as PushSubscription
  }
  PushManager.prototype.getSubscription = async () => subscription()
  PushManager.prototype.subscribe = async (options) => {
    const key = options?.applicationServerKey
    localStorage.setItem(kept, typeof key === 'string' ? key : '')
    return subscription() ?? Promise.reject(new Error('no subscription'))
  }
}

/** As a push service does, through the browser. */
async function deliverPush(context: BrowserContext, page: Page, origin: string): Promise<void> {
  const session: CDPSession = await context.newCDPSession(page)
  const registered = new Promise<string>((resolve) => {
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const found = registrations.find(({ scopeURL, isDeleted }) => scopeURL.startsWith(origin) && !isDeleted)
      if (found !== undefined) resolve(found.registrationId)
    })
  })
  await session.send('ServiceWorker.enable')
  await session.send('ServiceWorker.deliverPushMessage', { origin, registrationId: await registered, data: '' })
  await session.detach()
}

function workerOf(context: BrowserContext, origin: string): Promise<Worker> {
  const isOurs = (worker: Worker): boolean => worker.url().startsWith(origin)
  const found = context.serviceWorkers().find(isOurs)
  return found === undefined ? context.waitForEvent('serviceworker', isOurs) : Promise.resolve(found)
}

function shown(worker: Worker): Promise<string[]> {
  return worker.evaluate(async () => {
    const { registration } = globalThis as unknown as WorkerScope
    return (await registration.getNotifications()).map(({ title, body }) => `${title}: ${body}`)
  })
}

/** Runs in the worker: clicks the notification, and gives the pages that were asked for. */
async function click(): Promise<string[]> {
  const scope = globalThis as unknown as WorkerScope
  const opened: string[] = []
  Object.defineProperty(scope.clients, 'openWindow', {
    configurable: true,
    value: async (url: string) => opened.push(url),
  })
  const [notification] = await scope.registration.getNotifications()
  if (notification === undefined) throw new Error('no notification')
  const event = new scope.NotificationEvent('notificationclick', { notification })
  const waits: Promise<unknown>[] = []
  Object.defineProperty(event, 'waitUntil', { value: (wait: Promise<unknown>) => waits.push(wait) })
  scope.dispatchEvent(event)
  await Promise.all(waits)
  return opened
}
