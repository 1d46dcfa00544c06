// What the browser has to do with notifications: its permission, its subscription at its maker's push service, and those
// that are shown. Loaded when it is needed.

import type { PushTarget } from '../../messenger/api.ts'
import { arrival, notificationTag } from '../sw/notification.ts'

/** Browsers that do not reach their service try for minutes, or for ever. */
const subscribeTimeoutMs = 20_000

export interface PushAccess {
  permission(): NotificationPermission
  /** Asks the person, if the browser has not been told yet. Only in answer to a press: browsers refuse otherwise. */
  ask(): Promise<NotificationPermission>
  current(): Promise<PushTarget | undefined>
  /** One for this key, in place of one for another. Rejects when the push service is not to be had. */
  subscribe(key: string): Promise<PushTarget>
  unsubscribe(): Promise<void>
  /** Shows that something came, unless some tab is being looked at. */
  arrived(): Promise<void>
  /** Takes away what was shown: the person is here. */
  clear(): Promise<void>
}

/** Undefined where the browser gives no push: without a service worker, and on iPhones in a tab. */
export function pushAccess(container: ServiceWorkerContainer | undefined): PushAccess | undefined {
  if (container === undefined || !('PushManager' in window) || !('Notification' in window)) return undefined
  const subscription = async () => (await container.ready).pushManager.getSubscription()
  return {
    permission: () => Notification.permission,
    ask: () => Notification.requestPermission(),
    async current() {
      const found = await subscription()
      return found === null ? undefined : targetOf(found)
    },
    async subscribe(key) {
      const { pushManager } = await container.ready
      const before = await pushManager.getSubscription()
      if (before !== null && targetOf(before).key !== key) await before.unsubscribe()
      const made = pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
      return targetOf(await Promise.race([made, tooLate()]))
    },
    async unsubscribe() {
      await (await subscription())?.unsubscribe()
    },
    async arrived() {
      ;(await container.ready).active?.postMessage(arrival)
    },
    async clear() {
      const shown = await (await container.ready).getNotifications({ tag: notificationTag })
      for (const notification of shown) notification.close()
    },
  }
}

function tooLate(): Promise<never> {
  return new Promise((_, reject) =>
    setTimeout(() => reject(new DOMException('no push service', 'TimeoutError')), subscribeTimeoutMs),
  )
}

function targetOf({ endpoint, options }: PushSubscription): PushTarget {
  const key = new Uint8Array(options.applicationServerKey ?? new ArrayBuffer())
  return {
    endpoint,
    key: btoa(String.fromCharCode(...key))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replace(/=+$/, ''),
  }
}
