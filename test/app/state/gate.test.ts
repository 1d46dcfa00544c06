// The way into tabs of one browser, with a profile that one of them can hold at a time.

import { afterEach, describe, expect, it, vi } from 'vitest'
import { createTabClient } from '../../../src/app/state/client.ts'
import { createGate } from '../../../src/app/state/gate.ts'
import { StorageError } from '../../../src/messenger/ports.ts'
import type { Unlock } from '../../../src/messenger/ports/vault.ts'
import { createFakeMessenger } from '../../support/fake-messenger.ts'
import { tabChannels } from './channels.ts'

afterEach(() => void vi.useRealTimers())

const passphrase = { kind: 'passphrase', passphrase: 'correct horse' } as const

/** A profile on the disk of one browser: locked, or not. */
function browser({ isLocked }: { isLocked: boolean }) {
  const channel = tabChannels()
  let held: Promise<void> | undefined
  let ids = 0
  const opened: { closed: boolean; end(): void }[] = []

  /** Waits for whoever has the profile, as the browser's locks do. */
  const openMessenger = async (unlock: Unlock) => {
    while (held !== undefined) await held
    const { promise, resolve } = Promise.withResolvers<void>()
    held = promise
    const release = () => {
      held = undefined
      resolve()
    }
    try {
      const secret = isLocked ? await unlock([{ kind: 'passphrase' }]) : passphrase
      if (secret === undefined) throw new StorageError('sealed')
      if (secret.kind !== 'passphrase' || secret.passphrase !== passphrase.passphrase) {
        throw new StorageError(secret.kind === 'words' ? 'mistyped-words' : 'wrong-secret')
      }
    } catch (error) {
      release()
      throw error
    }
    const messenger = createFakeMessenger({ name: 'Ana' })
    const state = {
      closed: false,
      end() {
        if (!state.closed) release()
        state.closed = true
      },
    }
    opened.push(state)
    const close = async () => state.end()
    return { ...messenger, close, vault: { ...messenger.vault, lock: close } }
  }

  const openTab = () => {
    const client = createTabClient(channel(), () => String((ids += 1)))
    const tab = { reloads: 0, shown: false }
    const gate = createGate({
      client,
      openMessenger,
      hasShown: () => tab.shown,
      reload: () => (tab.reloads += 1),
    })
    return { gate, client, tab, state: () => gate.state.value.kind }
  }
  return { openTab, opened }
}

describe('a tab', () => {
  it('opens by itself where nothing is locked', async () => {
    const { gate, client, state } = browser({ isLocked: false }).openTab()
    await expect.poll(state).toBe('open')
    expect((await client.calls.profile()).name).toBe('Ana')
    expect(gate.failure.value).toBeUndefined()
  })

  it('is locked until it is given what opens the profile, and says what there is', async () => {
    const { gate, client, state } = browser({ isLocked: true }).openTab()
    await expect.poll(state).toBe('locked')
    expect(gate.state.value).toEqual({ kind: 'locked', ways: [{ kind: 'passphrase' }] })
    const asked = client.calls.profile()
    await expect(gate.unlock({ kind: 'passphrase', passphrase: 'wrong' })).rejects.toMatchObject({
      code: 'wrong-secret',
    })
    await expect(gate.unlock({ kind: 'words', words: 'no words' })).rejects.toMatchObject({ code: 'mistyped-words' })
    expect(state()).toBe('locked')
    await gate.unlock(passphrase)
    expect(state()).toBe('open')
    expect((await asked).name).toBe('Ana')
    expect(gate.failure.value).toBeUndefined()
  })

  it('opens when another tab was unlocked, and is locked when that tab is gone', async () => {
    const { openTab, opened } = browser({ isLocked: true })
    const [first, second] = [openTab(), openTab()]
    await expect.poll(first.state).toBe('locked')
    await expect.poll(second.state).toBe('locked')
    await first.gate.unlock(passphrase)
    await expect.poll(second.state).toBe('open')
    expect((await second.client.calls.profile()).name).toBe('Ana')
    second.tab.shown = true

    // Its tab is closed: nobody says anything, the profile is free.
    first.client.close()
    opened[0]?.end()
    await expect.poll(() => second.tab.reloads).toBe(1)
    expect(second.state()).toBe('locking')
  })

  it('takes over without being asked where nothing is locked', async () => {
    const { openTab, opened } = browser({ isLocked: false })
    const [first, second] = [openTab(), openTab()]
    await expect.poll(second.state).toBe('open')
    second.tab.shown = true
    first.client.close()
    opened[0]?.end()
    await expect.poll(() => opened.length).toBe(2)
    expect((await second.client.calls.profile()).name).toBe('Ana')
    expect(second.tab.reloads).toBe(0)
  })
})

describe('locking', () => {
  it('closes the messenger, then loads every tab anew, from whichever tab it is asked', async () => {
    for (const from of [0, 1]) {
      const { openTab, opened } = browser({ isLocked: true })
      const tabs = [openTab(), openTab()]
      const [leading, other] = tabs
      await expect.poll(() => leading?.state()).toBe('locked')
      await leading?.gate.unlock(passphrase)
      await expect.poll(() => other?.state()).toBe('open')
      tabs[from]?.gate.lock()
      await expect.poll(() => tabs.map(({ tab }) => tab.reloads)).toEqual([1, 1])
      expect(opened.map(({ closed }) => closed)).toEqual([true])
      expect(tabs.map(({ state }) => state())).toEqual(['locking', 'locking'])
    }
  })

  it('answers no call from the moment it is asked for', async () => {
    const { openTab } = browser({ isLocked: true })
    const leading = openTab()
    await expect.poll(leading.state).toBe('locked')
    await leading.gate.unlock(passphrase)
    leading.gate.lock()
    const later = openTab()
    let isAnswered = false
    void later.client.calls.profile().then(() => (isAnswered = true))
    await expect.poll(later.state).toBe('locked')
    expect(isAnswered).toBe(false)
    expect(leading.tab.reloads).toBe(1)
  })

  it('is not prolonged by a messenger that does not close', async () => {
    const client = createTabClient(tabChannels()(), () => 'id')
    const messenger = createFakeMessenger({ name: 'Ana' })
    let reloads = 0
    const hangs = () => new Promise<void>(() => {})
    const gate = createGate({
      client,
      openMessenger: async () => ({ ...messenger, vault: { ...messenger.vault, lock: hangs } }),
      hasShown: () => true,
      reload: () => (reloads += 1),
    })
    await expect.poll(() => gate.state.value.kind).toBe('open')
    vi.useFakeTimers({ toFake: ['setTimeout'] })
    gate.lock()
    expect(gate.state.value.kind).toBe('locking')
    await vi.advanceTimersByTimeAsync(2999)
    expect(reloads).toBe(0)
    await vi.advanceTimersByTimeAsync(1)
    expect(reloads).toBe(1)
  })
})
