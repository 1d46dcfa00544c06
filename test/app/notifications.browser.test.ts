// The settings of notifications in a real browser, on a messenger in memory and a browser's push that is made up.

import axe from 'axe-core'
import { describe, expect, it } from 'vitest'
import { page } from 'vitest/browser'
import { startApp } from '../../src/app/app.tsx'
import type { PushAccess } from '../../src/app/state/push-access.ts'
import '../../src/app/styles/app.css'
import { createFakeMessenger } from '../support/fake-messenger.ts'

let mounted = 0

function mount(access: Partial<PushAccess> | undefined) {
  document.body.replaceChildren()
  const element = document.body.appendChild(document.createElement('div'))
  element.id = 'app'
  history.replaceState(null, '', '#settings')
  const messenger = createFakeMessenger({ name: 'Ana' })
  const target = { endpoint: 'https://push.example/a', key: 'key' }
  const whole: PushAccess = {
    permission: () => 'granted',
    ask: async () => 'granted',
    current: async () => target,
    subscribe: async () => target,
    unsubscribe: async () => undefined,
    arrived: async () => undefined,
    clear: async () => undefined,
    ...access,
  }
  startApp({
    element,
    channel: new BroadcastChannel(`notifications-${(mounted += 1)}`),
    openMessenger: async () => messenger,
    push: async () => (access === undefined ? undefined : whole),
  })
  return messenger
}

const toggle = () => page.getByRole('switch', { name: 'Notify me of new messages' })
const alert = (text: RegExp) => page.getByRole('alert').getByText(text)

describe('notifications in settings', () => {
  it('are off, go on and off by one switch, and say what they give away', async () => {
    const messenger = mount({})
    await expect.element(toggle()).not.toBeChecked()
    await expect.element(page.getByText(/browser’s maker learns when something comes/)).toBeVisible()
    await toggle().click()
    await expect.element(toggle()).toBeChecked()
    expect(await messenger.push.get()).toEqual({ state: 'on' })
    await toggle().click()
    await expect.element(toggle()).not.toBeChecked()
    expect(await messenger.push.get()).toEqual({ state: 'off' })
    const { violations } = await axe.run(document)
    expect(violations.map(({ id }) => id)).toEqual([])
  })

  it('that were refused stay off, and the reason is said', async () => {
    mount({ permission: () => 'default', ask: async () => 'default' })
    await toggle().click()
    await expect.element(alert(/Nothing has changed/)).toBeVisible()
    await expect.element(toggle()).not.toBeChecked()
  })

  it('that are blocked say where to allow them, before anybody presses', async () => {
    mount({ permission: () => 'denied' })
    await expect.element(alert(/blocked in the browser/)).toBeVisible()
  })

  it('without a push service to be had stay off', async () => {
    mount({ subscribe: () => Promise.reject(new Error('away')) })
    await toggle().click()
    await expect.element(alert(/push service cannot be reached/)).toBeVisible()
    await expect.element(toggle()).not.toBeChecked()
  })

  it('are not offered by a browser that has none', async () => {
    mount(undefined)
    await expect.element(page.getByText(/This browser gives no push/)).toBeVisible()
    await expect.element(toggle()).not.toBeInTheDocument()
  })
})
