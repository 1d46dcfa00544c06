// The lock screen and the settings of the lock in a real browser, on a messenger in memory.

import { afterEach, describe, expect, it, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { startApp } from '../../src/app/app.tsx'
import { createTabClient } from '../../src/app/state/client.ts'
import { setTheme } from '../../src/app/state/theme.ts'
import '../../src/app/styles/app.css'
import { PasskeyError } from '../../src/messenger/ports/vault.ts'
import { StorageError } from '../../src/messenger/ports.ts'
import type { VaultSecret } from '../../src/messenger/ports/vault.ts'
import { createFakeMessenger } from '../support/fake-messenger.ts'
import type { FakeMessenger } from '../support/fake-messenger.ts'
import { violations } from '../support/violations.ts'

const passphrase = 'lantern meadow copper violin'
const none = new Uint8Array(32)
let mounted = 0

interface Opened {
  readonly messenger: FakeMessenger
  readonly given: VaultSecret[]
  readonly reloads: () => number
}

function mount(hash: string, { isLocked }: { isLocked: boolean }): Opened {
  document.body.replaceChildren()
  const element = document.body.appendChild(document.createElement('div'))
  element.id = 'app'
  history.replaceState(null, '', hash)
  const messenger = createFakeMessenger({ name: 'Ana' })
  messenger.addContact({ id: 'b0', name: 'Bo' })
  const given: VaultSecret[] = []
  let reloads = 0
  startApp({
    element,
    channel: new BroadcastChannel(`lock-${(mounted += 1)}`),
    reload: () => (reloads += 1),
    passkeys: {
      areOffered: async () => true,
      create: async () => ({ credentialId: none, salt: none, secret: none }),
      use: () => Promise.reject(new PasskeyError('refused')),
    },
    async openMessenger(unlock) {
      if (!isLocked) return messenger
      const secret = await unlock([
        { kind: 'passphrase' },
        { kind: 'words' },
        { kind: 'passkey', credentialId: none, salt: none },
      ])
      if (secret === undefined) throw new StorageError('sealed')
      given.push(secret)
      if (secret.kind === 'words') throw new StorageError('mistyped-words')
      if (secret.kind === 'passphrase' && secret.passphrase !== passphrase) throw new StorageError('wrong-secret')
      return messenger
    },
  })
  return { messenger, given, reloads: () => reloads }
}

const field = (name: string) => page.getByRole('textbox', { name, exact: true })
const button = (name: string) => page.getByRole('button', { name, exact: true })

afterEach(() => {
  vi.useRealTimers()
  setTheme('system')
  localStorage.clear()
})

// First: apps of other tests are still there, and count what happens as their use.
describe('the time of the lock', () => {
  it('covers what was chosen and not sent, keeps it for a while, and loses it only after that', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const { messenger, reloads } = mount('#c/c0b0', { isLocked: false })
    const look = (minutes: number) => {
      vi.setSystemTime(Date.now() + minutes * 60_000)
      document.dispatchEvent(new Event('visibilitychange'))
    }
    await messenger.vault.setPassphrase(passphrase)
    await expect.poll(() => localStorage.getItem('safelight:used-at'), { timeout: 10_000 }).not.toBeNull()
    const photo = new File([new Uint8Array(9)], 'a.jpg', { type: 'image/jpeg' })
    await page.getByLabelText('Add photos or videos').upload(photo)
    const chosen = page.getByRole('list', { name: 'Chosen' })
    await expect.element(chosen.getByRole('listitem')).toHaveLength(1)
    // Not in the view any more, but still in this tab.
    location.hash = '#settings'
    await expect.element(button('Lock now')).toBeVisible()

    look(16)
    const covered = page.getByRole('dialog', { name: 'Safelight is not locked yet' })
    await expect.element(covered.getByText(/has not been sent/)).toBeVisible()
    await expect.element(covered.getByRole('button', { name: 'Show and go on' })).toHaveFocus()
    for (let time = 0; time < 3; time += 1) await userEvent.keyboard('{Escape}')
    await expect.element(covered).toBeVisible()
    const { width, height } = covered.element().getBoundingClientRect()
    expect([width, height]).toEqual([innerWidth, innerHeight])
    expect(await violations()).toEqual([])
    expect(reloads()).toBe(0)

    await covered.getByRole('button', { name: 'Show and go on' }).click()
    await expect.element(covered).not.toBeInTheDocument()
    location.hash = '#c/c0b0'
    await expect.element(chosen.getByRole('listitem')).toHaveLength(1)

    look(29)
    await expect.element(covered).toBeVisible()
    look(1)
    await expect.poll(reloads).toBe(1)
  })
})

describe('the lock screen', () => {
  it('takes the passphrase from the keyboard alone, says when it is wrong, and opens with the right one', async () => {
    const { given } = mount('#settings', { isLocked: true })
    await expect.element(page.getByRole('heading', { name: 'Safelight is locked' })).toBeVisible()
    await expect.element(field('Passphrase')).toHaveFocus()
    await expect.element(button('Unlock')).toBeDisabled()
    await userEvent.keyboard('something else{Enter}')
    await expect.element(page.getByRole('alert').getByText(/This does not open it. Nothing is lost/)).toBeVisible()
    // What was typed is selected: typing again replaces it.
    await expect.element(field('Passphrase')).toHaveFocus()
    await userEvent.keyboard(`${passphrase}{Enter}`)
    await expect.element(page.getByRole('heading', { name: 'Settings' })).toBeVisible()
    expect(given).toEqual([
      { kind: 'passphrase', passphrase: 'something else' },
      { kind: 'passphrase', passphrase },
    ])
  })

  it('takes recovery words and passkeys, and says what went wrong with each', async () => {
    const { given } = mount('#', { isLocked: true })
    await button('Use recovery words').click()
    await expect.element(field('Recovery words')).toHaveFocus()
    await field('Recovery words').fill('abandon ability')
    await button('Unlock').click()
    await expect.element(page.getByRole('alert').getByText(/not recovery words/)).toBeVisible()
    expect(given).toEqual([{ kind: 'words', words: 'abandon ability' }])
    await button('Use passphrase').click()
    await expect.element(page.getByRole('alert')).not.toBeInTheDocument()
    await button('Use passkey').click()
    await expect.element(page.getByRole('alert').getByText(/No passkey was used/)).toBeVisible()
  })

  it('shows nothing of the profile', async () => {
    mount('#c/c0b0', { isLocked: true })
    await expect.element(field('Passphrase')).toBeVisible()
    expect(`${document.title} ${document.body.textContent}`).not.toMatch(/\bBo\b|\bAna\b/)
  })

  for (const theme of ['dark', 'light'] as const) {
    for (const width of [320, 1280]) {
      it(`has nothing to object to, with the dialogs behind it, ${theme}, ${width} wide`, async () => {
        await page.viewport(width, 800)
        setTheme(theme)
        mount('#', { isLocked: true })
        await expect.element(field('Passphrase')).toBeVisible()
        expect(await violations()).toEqual([])
        await button('Use recovery words').click()
        await expect.element(field('Recovery words')).toBeVisible()
        expect(await violations()).toEqual([])

        const { messenger } = mount('#settings', { isLocked: false })
        await button('Set passphrase').click()
        await field('New passphrase').fill('lantern')
        await expect.element(page.getByText(/Too short/)).toBeVisible()
        expect(await violations(), 'passphrase').toEqual([])
        await userEvent.keyboard('{Escape}')
        await messenger.vault.setPassphrase(passphrase)
        await messenger.vault.addPasskey({ credentialId: none, salt: none, secret: none })
        await page.getByText('What the lock does not protect').click()
        expect(await violations(), 'settings').toEqual([])
        await button('Create recovery words').click()
        await expect.element(page.getByRole('list', { name: 'Your recovery words' })).toBeVisible()
        expect(await violations(), 'words').toEqual([])
        await button('I wrote them down').click()
        expect(await violations(), 'confirming').toEqual([])
        await userEvent.keyboard('{Escape}')
        expect(await violations(), 'leaving').toEqual([])
        await button('Throw them away').click()
        await button('Remove passphrase').click()
        expect(await violations(), 'removing').toEqual([])
        expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width)
      })
    }
  }
})

describe('the settings of the lock', () => {
  it('set a passphrase that was typed twice, change it, and remove it', async () => {
    const { messenger } = mount('#settings', { isLocked: false })
    const kinds = async () => (await messenger.vault.slots()).map(({ kind }) => kind)
    await button('Set passphrase').click()
    await field('New passphrase').fill(passphrase)
    await field('Repeat passphrase').fill('lantern')
    await expect.element(button('Save passphrase')).toBeDisabled()
    await expect.element(page.getByText('The two are not the same yet.')).toBeVisible()
    await field('Repeat passphrase').fill(passphrase)
    await button('Save passphrase').click()
    await expect.element(button('Change passphrase')).toBeVisible()
    expect(await kinds()).toEqual(['passphrase'])
    await button('Add passkey').click()
    await expect.element(button('Remove passkey 1')).toBeVisible()
    await button('Remove passkey 1').click()
    await expect.element(button('Remove passkey 1')).not.toBeInTheDocument()
    await button('Remove passphrase').click()
    const question = page.getByRole('dialog', { name: 'Remove passphrase' })
    await expect.element(question.getByText(/can open your messages/)).toBeVisible()
    await question.getByRole('button', { name: 'Cancel' }).click()
    expect(await kinds()).toEqual(['passphrase'])
    await button('Remove passphrase').click()
    await button('Open without passphrase').click()
    await expect.element(button('Set passphrase')).toBeVisible()
    expect(await kinds()).toEqual(['device'])
  })

  it('lock now, and load the page anew', async () => {
    const { messenger, reloads } = mount('#settings', { isLocked: false })
    await messenger.vault.setPassphrase(passphrase)
    await button('Lock now').click()
    await expect.poll(reloads).toBe(1)
    expect(document.body.textContent).not.toContain('Bo')
  })

  it('ask before they lock what was chosen and not sent, and keep it', async () => {
    const { messenger, reloads } = mount('#c/c0b0', { isLocked: false })
    await messenger.vault.setPassphrase(passphrase)
    const photo = new File([new Uint8Array(9)], 'a.jpg', { type: 'image/jpeg' })
    await page.getByLabelText('Add photos or videos').upload(photo)
    const chosen = page.getByRole('list', { name: 'Chosen' })
    await expect.element(chosen.getByRole('listitem')).toHaveLength(1)
    location.hash = '#settings'
    await button('Lock now').click()
    const asked = page.getByRole('dialog', { name: 'Lock now', exact: true })
    await expect.element(asked.getByText(/has not been sent, here or in another tab/)).toBeVisible()
    expect(await violations()).toEqual([])
    await asked.getByRole('button', { name: 'Cancel', exact: true }).click()
    expect(reloads()).toBe(0)
    location.hash = '#c/c0b0'
    await expect.element(chosen.getByRole('listitem')).toHaveLength(1)
    location.hash = '#settings'
    await button('Lock now').click()
    await asked.getByRole('button', { name: 'Lock and lose it', exact: true }).click()
    await expect.poll(reloads).toBe(1)
  })

  it('lock a tab that prepares something, from another one, without asking whether to leave it', async () => {
    const { messenger, reloads } = mount('#c/c0b0', { isLocked: false })
    await messenger.vault.setPassphrase(passphrase)
    messenger.addContact({ id: 'd0', name: 'Di' })
    messenger.receive('d0', { text: 'hello' })
    await expect.poll(() => document.title).toBe('(1) Safelight')
    messenger.prepare = () => new Promise(() => {})
    await page.getByLabelText('Add photos or videos').upload(new File(['x'], 'clip.mp4', { type: 'video/mp4' }))
    await button('Send').click()
    const asksToStay = () => !dispatchEvent(new Event('beforeunload', { cancelable: true }))
    await expect.poll(asksToStay).toBe(true)
    new BroadcastChannel(`lock-${mounted}`).postMessage({ kind: 'lock' })
    await expect.poll(reloads).toBe(1)
    expect(asksToStay()).toBe(false)
    expect(document.title).toBe('Safelight')
  })

  it('do not lock by themselves while a tab prepares something', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const { messenger, reloads } = mount('#settings', { isLocked: false })
    await messenger.vault.setPassphrase(passphrase)
    await expect.poll(() => localStorage.getItem('safelight:used-at')).not.toBeNull()
    const prepared = Promise.withResolvers<never>()
    messenger.prepare = () => prepared.promise
    // Another tab of this browser, which asks this one.
    const other = createTabClient(new BroadcastChannel(`lock-${mounted}`), () => crypto.randomUUID())
    const media = [{ data: new Uint8Array(1), quality: 'standard' }] as const
    const sent = other.calls.send('ab'.repeat(16), 'c0b0', { media })
    await expect.element(button('Lock now')).toBeDisabled()
    vi.setSystemTime(Date.now() + 60 * 60_000)
    document.dispatchEvent(new Event('visibilitychange'))
    prepared.reject(new DOMException('cancelled', 'AbortError'))
    await expect(sent).rejects.toBeDefined()
    await expect.element(button('Lock now')).toBeEnabled()
    expect(reloads()).toBe(0)
    document.dispatchEvent(new Event('visibilitychange'))
    await expect.poll(reloads).toBe(1)
    other.close()
  })

  it('lock by themselves when nobody has used any tab for 15 minutes', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const { messenger, reloads } = mount('#settings', { isLocked: false })
    await messenger.vault.setPassphrase(passphrase)
    await expect.poll(() => localStorage.getItem('safelight:used-at')).not.toBeNull()
    vi.setSystemTime(Date.now() + 14 * 60_000)
    document.dispatchEvent(new Event('visibilitychange'))
    expect(reloads()).toBe(0)
    vi.setSystemTime(Date.now() + 60_000)
    document.dispatchEvent(new Event('visibilitychange'))
    await expect.poll(reloads).toBe(1)
  })

  it('keep after how long it locks, for every tab of this browser', async () => {
    const { messenger } = mount('#settings', { isLocked: false })
    await messenger.vault.setPassphrase(passphrase)
    const choice = page.getByRole('combobox', { name: 'Lock after' })
    await expect.element(choice).toHaveValue('15')
    await choice.selectOptions('1 hour without use')
    mount('#settings', { isLocked: false })
    await messenger.vault.setPassphrase(passphrase)
    expect(localStorage.getItem('safelight:lock-after')).toBe('60')
  })

  it('lose no recovery words to a press beside them or to Escape, however often', async () => {
    mount('#settings', { isLocked: false })
    await button('Create recovery words').click()
    const list = page.getByRole('list', { name: 'Your recovery words' })
    await expect.element(list).toBeVisible()
    document.querySelector('dialog')?.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }))
    await expect.element(list).toBeVisible()
    for (let time = 0; time < 3; time += 1) await userEvent.keyboard('{Escape}')
    await expect.element(page.getByRole('alert').getByText(/not shown again/)).toBeVisible()
    await expect.element(button('Back to the words')).toHaveFocus()
    await button('Back to the words').click()
    await expect.element(list).toBeVisible()
    // Nor does a browser that closes it without asking.
    document.querySelector('dialog')?.close()
    await button('Throw them away').click()
    await expect.element(page.getByRole('dialog')).not.toBeInTheDocument()
    await expect.element(button('Create recovery words')).toBeVisible()
  })

  it('ask before recovery words are removed', async () => {
    const { messenger } = mount('#settings', { isLocked: false })
    await messenger.vault.confirmRecoveryWords((await messenger.vault.createRecoveryWords()).join(' '))
    await button('Remove recovery words').click()
    await button('Make them open nothing').click()
    await expect.element(button('Create recovery words')).toBeVisible()
  })

  it('make recovery words count only when the ones asked for are typed back', async () => {
    const { messenger } = mount('#settings', { isLocked: false })
    await button('Create recovery words').click()
    const list = page.getByRole('list', { name: 'Your recovery words' })
    await expect.element(list).toBeVisible()
    const words = list
      .getByRole('listitem')
      .elements()
      .map((item) => item.textContent ?? '')
    expect(words).toHaveLength(12)
    await button('I wrote them down').click()
    const places = [...document.querySelectorAll('dialog label')].map((label) => label.textContent ?? '')
    expect(places).toHaveLength(3)
    for (const place of places) await field(place).fill('wrong')
    await button('Confirm words').click()
    await expect.element(page.getByRole('alert').getByText(/not what was shown/)).toBeVisible()
    expect((await messenger.vault.slots()).map(({ kind }) => kind)).toEqual(['device'])
    for (const place of places) await field(place).fill(` ${words[Number(place.slice(5)) - 1]?.toUpperCase()} `)
    await button('Confirm words').click()
    await expect.element(button('Remove recovery words')).toBeVisible()
    expect((await messenger.vault.slots()).map(({ kind }) => kind)).toEqual(['device', 'words'])
  })
})
