// What is shown when something came while nobody looks. The worker opens nothing of it: what came may be a message, or word
// of one that was sent, and reading it would move the state of a conversation behind the back of a tab that owns it.

/** One at a time: the next takes its place. */
export const notificationTag = 'safelight-new'

/** A tab that nobody looks at says so to the worker. */
export const arrival = 'arrived'

interface WindowView {
  readonly url: string
  readonly visibilityState: DocumentVisibilityState
  focus(): Promise<unknown>
}

/** The part of the worker's global that is used. */
export interface NotificationScope {
  readonly registration: {
    showNotification(title: string, options: NotificationOptions & { readonly renotify: boolean }): Promise<void>
  }
  readonly clients: {
    matchAll(options: { type: 'window'; includeUncontrolled: true }): Promise<readonly WindowView[]>
    openWindow(url: string): Promise<unknown>
  }
}

/** A browser ends the subscription of a page that shows nothing for a push, so this shows something in any case. */
export function showNew({ registration }: NotificationScope): Promise<void> {
  return registration.showNotification('New message', {
    body: 'Or word of one that you sent. Open Safelight to see it.',
    tag: notificationTag,
    renotify: true,
  })
}

/** While a tab runs, the relay sends no push: the tab tells. */
export async function showArrival(scope: NotificationScope): Promise<void> {
  const windows = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true })
  if (!windows.some(({ visibilityState }) => visibilityState === 'visible')) await showNew(scope)
}

/** The tab that is open, or a new one. */
export async function openApp({ clients }: NotificationScope): Promise<void> {
  const [window] = await clients.matchAll({ type: 'window', includeUncontrolled: true })
  await (window === undefined ? clients.openWindow('/') : window.focus())
}
