// A locked profile: what opens it, what does not, and that nothing is lost behind the lock.

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Page } from 'playwright'
import type { AppPage } from '../support/app-page.ts'
import { mediaFiles, photoWithLocation } from '../support/media.ts'
import { startRelayProcess } from '../support/relay-process.ts'
import { meet, names } from '../support/stories.ts'

const passphrase = 'lantern meadow copper violin'

it('opens with the passphrase alone, shows its history then, and gets what came meanwhile', async () => {
  await using relay = await startRelayProcess()
  await using files = await mediaFiles({ 'photo.jpg': await photoWithLocation() })
  await using friends = await meet({ relayUrl: relay.url })
  const { anaApp, boApp } = friends
  const photo = await anaApp.sendFiles([files.path('photo.jpg')])
  await anaApp.waitForState(photo, 'Seen')
  const media = await mediaAddress(boApp)

  await setPassphrase(boApp)
  await boApp.reload()
  await locked(boApp)
  expect(await shownText(boApp.page)).not.toContain('Ana')
  // Chromium notes each refusal in the console.
  friends.bo.expectNetworkTrouble()
  expect(await boApp.page.evaluate((address) => fetch(address).then(({ status }) => status), media)).toBe(404)
  await unlock(boApp, 'lantern meadow copper')
  await boApp.page.getByRole('alert').getByText('This does not open it').waitFor()

  const text = await anaApp.sendText('Are you there?')
  await anaApp.waitForState(text, 'Kept…')
  await unlock(boApp, passphrase)
  await boApp.openConversation(names.ana)
  await boApp.article('Are you there?').waitFor()
  await anaApp.waitForState(text, 'Seen')
  expect(await boApp.shownSize(boApp.articles.first())).toEqual({ width: 800, height: 1200 })

  await boApp.goTo('Settings')
  await boApp.page.getByRole('button', { name: 'Remove passphrase' }).click()
  await boApp.page.getByRole('button', { name: 'Open without passphrase' }).click()
  await boApp.page.getByRole('button', { name: 'Set passphrase' }).waitFor()
  await boApp.reload()
  await boApp.openConversation(names.ana)
  await boApp.article('Are you there?').waitFor()
})

it('locks two tabs together, and opens both with recovery words given in one', async () => {
  await using relay = await startRelayProcess()
  await using friends = await meet({ relayUrl: relay.url })
  const { ana, bo, anaApp, boApp: first } = friends
  await setPassphrase(first)
  const words = await createRecoveryWords(first)
  const second = await bo.openTab()
  await second.openConversation(names.ana)

  // Asked in the tab that does not own the messenger.
  await second.goTo('Settings')
  await second.page.getByRole('button', { name: 'Lock now' }).click()
  await Promise.all([locked(first), locked(second)])
  for (const tab of [first, second]) expect(await shownText(tab.page)).not.toContain(names.ana)
  await anaApp.sendText('Locked or not')

  await first.page.getByRole('button', { name: 'Use recovery words' }).click()
  const field = first.page.getByRole('textbox', { name: 'Recovery words' })
  await field.fill(words.slice(1).join(' '))
  await first.page.getByRole('button', { name: 'Unlock' }).click()
  await first.page.getByRole('alert').getByText('These are not recovery words').waitFor()
  await field.fill(words.join('\n').toUpperCase())
  await first.page.getByRole('button', { name: 'Unlock' }).click()
  for (const tab of [first, second]) {
    await tab.openConversation(names.ana)
    await tab.article('Locked or not').waitFor()
  }

  // Keys are in the tab that was unlocked, and go with it.
  await first.page.close()
  await locked(second)
  await unlock(second, passphrase)
  await second.openConversation(names.ana)
  await second.article('Locked or not').waitFor()

  // Nor does it take a network.
  ana.expectNetworkTrouble()
  bo.expectNetworkTrouble()
  await relay.kill('SIGTERM')
  await bo.closeBrowser()
  const later = await bo.app()
  await locked(later)
  await unlock(later, passphrase)
  await later.openConversation(names.ana)
  await later.article('Locked or not').waitFor()
})

it('opens with a passkey', async () => {
  await using relay = await startRelayProcess()
  await using friends = await meet({ relayUrl: relay.url })
  const { boApp } = friends
  await addAuthenticator(boApp.page)
  await setPassphrase(boApp)
  await boApp.page.getByRole('button', { name: 'Add passkey' }).click()
  await boApp.page.getByRole('list', { name: 'Passkeys' }).getByRole('listitem').waitFor()
  await boApp.page.getByRole('button', { name: 'Lock now' }).click()
  await locked(boApp)
  await boApp.page.getByRole('button', { name: 'Use passkey' }).click()
  await boApp.openConversation(names.ana)
  await boApp.goTo('Settings')
  await boApp.page.getByRole('button', { name: 'Remove passkey 1' }).click()
  await boApp.page.getByRole('list', { name: 'Passkeys' }).waitFor({ state: 'hidden' })
  await boApp.reload()
  await locked(boApp)
  expect(await boApp.page.getByRole('button', { name: 'Use passkey' }).count()).toBe(0)
})

it('is the only place where what was typed is kept: the browser writes none of it to its own files', async () => {
  await using relay = await startRelayProcess()
  await using friends = await meet({ relayUrl: relay.url })
  const { bo, boApp } = friends
  await boApp.openConversation(names.ana)
  const unsent = 'parsnip violet 4711'
  await boApp.page.getByRole('textbox', { name: 'Message' }).pressSequentially(unsent)
  await boApp.reload()
  await boApp.openConversation(names.ana)
  await expect.poll(() => boApp.page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe(unsent)
  // Addresses are kept with the session: this looks in the right place.
  const address = boApp.page.url()
  await boApp.page.goto('about:blank')
  await bo.closeBrowser()
  expect(await filesWith(bo.profileFolder, address)).not.toEqual([])
  expect(await filesWith(bo.profileFolder, unsent)).toEqual([])
})

/** Files of the folder that hold the text as UTF-8 or UTF-16. */
async function filesWith(folder: string, text: string): Promise<readonly string[]> {
  const found: string[] = []
  for (const file of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue
    const bytes = await readFile(join(file.parentPath, file.name))
    if (bytes.includes(text) || bytes.includes(text, 0, 'utf16le')) found.push(file.name)
  }
  return found
}

async function setPassphrase({ page }: AppPage): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('button', { name: 'Set passphrase' }).click()
  const dialog = page.getByRole('dialog', { name: 'Set passphrase' })
  await dialog.getByRole('textbox', { name: 'New passphrase' }).fill(passphrase)
  await dialog.getByRole('textbox', { name: 'Repeat passphrase' }).fill(passphrase)
  await dialog.getByRole('button', { name: 'Save passphrase' }).click()
  await page.getByRole('button', { name: 'Lock now' }).waitFor()
}

async function createRecoveryWords({ page }: AppPage): Promise<readonly string[]> {
  await page.getByRole('button', { name: 'Create recovery words' }).click()
  const dialog = page.getByRole('dialog', { name: 'Recovery words' })
  await dialog.getByRole('list', { name: 'Your recovery words' }).waitFor()
  const words = await dialog.getByRole('listitem').allTextContents()
  await dialog.getByRole('button', { name: 'I wrote them down' }).click()
  for (const label of await dialog.locator('label').allTextContents()) {
    const place = Number(label.replace('Word ', ''))
    await dialog.getByRole('textbox', { name: label, exact: true }).fill(words[place - 1] ?? '')
  }
  await dialog.getByRole('button', { name: 'Confirm words' }).click()
  await page.getByRole('button', { name: 'New recovery words' }).waitFor()
  return words
}

async function locked({ page }: AppPage): Promise<void> {
  await page.getByRole('heading', { name: 'Safelight is locked' }).waitFor()
}

async function unlock({ page }: AppPage, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Passphrase' }).fill(text)
  await page.getByRole('button', { name: 'Unlock' }).click()
}

async function shownText(page: Page): Promise<string> {
  return `${await page.title()} ${await page.locator('body').innerText()}`
}

/** Of the photo that is shown, as the service worker serves it. */
async function mediaAddress(app: AppPage): Promise<string> {
  await app.shownSize(app.articles.first())
  return app.articles
    .first()
    .locator('img')
    .last()
    .evaluate((image: HTMLImageElement) => image.src)
}

/** A phone's or laptop's own, which answers at once that its owner is there. */
async function addAuthenticator(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      hasPrf: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}
