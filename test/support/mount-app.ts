// The app in the page of a browser test, on a messenger in memory.

import { render } from 'preact'
import { expect } from 'vitest'
import { startApp } from '../../src/app/app.tsx'
import type { AppEnvironment } from '../../src/app/app.tsx'
import type { FakeMessenger } from './fake-messenger.ts'

let mounted = 0
let shown: Element | undefined

/** Opens the app at a place of it, in place of what was there; resolves when something is shown. */
export async function mountApp(
  hash: string,
  messenger: FakeMessenger,
  more: Pick<AppEnvironment, 'tools'> = {},
): Promise<FakeMessenger> {
  // What it listens to on the page it listens to no more.
  if (shown !== undefined) render(null, shown)
  document.body.replaceChildren()
  const element = document.body.appendChild(document.createElement('div'))
  element.id = 'app'
  shown = element
  history.replaceState(null, '', hash === '' ? '#' : hash)
  const channel = new BroadcastChannel(`test-${(mounted += 1)}`)
  startApp({ element, channel, openMessenger: async () => messenger, ...more })
  await expect.poll(() => element.querySelector('nav, form')).not.toBeNull()
  return messenger
}
