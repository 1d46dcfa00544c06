// Looking at media: an album in the viewer, what is to be viewed once, a download that is stopped and goes on.

import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import type { AppPage } from '../support/app-page.ts'
import { gif } from '../media/gifs.ts'
import { openLibraryPerson } from '../support/library-person.ts'
import { largeVideo, mediaFiles, photoWithLocation, secretsInMedia, sha256, withLocation } from '../support/media.ts'
import { openPerson } from '../support/person.ts'
import { startRelayProcess } from '../support/relay-process.ts'
import { meet, names } from '../support/stories.ts'

const viewerOf = (app: AppPage) => app.page.getByRole('dialog', { name: 'Media viewer' })

/** The photo that is shown, as saved. */
async function savedBytes(app: AppPage): Promise<Buffer> {
  const download = app.page.waitForEvent('download')
  await viewerOf(app).getByRole('button', { name: 'Save', exact: true }).click()
  return readFile(await (await download).path())
}

const saved = async (app: AppPage): Promise<string> => sha256(await savedBytes(app))

it('shows an album of three photos, one after the other by swipe, button and key, and saves each', async () => {
  await using relay = await startRelayProcess()
  const photo = await photoWithLocation()
  await using files = await mediaFiles({ 'a.jpg': photo, 'b.jpg': photo, 'c.jpg': photo })
  await using friends = await meet({ relayUrl: relay.url })
  const { anaApp, boApp } = friends
  const sent = await anaApp.sendFiles(['a.jpg', 'b.jpg', 'c.jpg'].map((name) => files.path(name as 'a.jpg')))
  await anaApp.waitForState(sent, 'Seen')
  const buttons = boApp.articles.first().getByRole('button', { name: 'View photo' })
  expect(await buttons.count()).toBe(3)
  await buttons.first().click()
  const viewer = viewerOf(boApp)
  const place = () => boApp.page.url().split('.').at(-1)
  await viewer.getByRole('img').waitFor()
  const hashes = [await saved(boApp)]

  await boApp.page.mouse.move(700, 400)
  await boApp.page.mouse.down()
  await boApp.page.mouse.move(400, 400, { steps: 4 })
  await boApp.page.mouse.up()
  await expect.poll(place).toBe('1')
  hashes.push(await saved(boApp))
  await viewer.getByRole('button', { name: 'Next', exact: true }).click()
  await expect.poll(place).toBe('2')
  expect(await viewer.getByRole('button', { name: 'Next', exact: true }).isDisabled()).toBe(true)
  hashes.push(await saved(boApp))
  await viewer.getByRole('button', { name: 'Previous', exact: true }).click()
  await expect.poll(place).toBe('1')
  await boApp.page.keyboard.press('Escape')
  await viewer.waitFor({ state: 'hidden' })

  await sent.getByRole('button', { name: 'View photo' }).first().click()
  expect(hashes).toEqual(Array.from({ length: 3 }, () => hashes[0]))
  expect(await saved(anaApp)).toBe(hashes[0])
})

it('shows a GIF that moves to who sends it and to who gets it, and it moves', async () => {
  await using relay = await startRelayProcess()
  await using files = await mediaFiles({ 'moving.gif': gif({ frames: 2, loop: 0 }) })
  await using friends = await meet({ relayUrl: relay.url })
  const { anaApp, boApp } = friends
  const sent = await anaApp.sendFiles([files.path('moving.gif')])
  await anaApp.waitForState(sent, 'Seen')
  for (const app of [anaApp, boApp]) {
    const shown = app.withMedia('photo').first()
    expect(await app.shownSize(shown)).toEqual({ width: 4, height: 2 })
    await shown.getByRole('button', { name: 'View photo' }).click()
    const image = viewerOf(app).getByRole('img')
    await image.waitFor()
    const seen = new Set<string>()
    const look = async () => {
      seen.add(await app.page.evaluate(shadeOf, (await image.screenshot()).toString('base64')))
      return [...seen].toSorted()
    }
    await expect.poll(look, { timeout: 30_000 }).toEqual(['black', 'white'])
  }
})

it('opens once what is to be viewed once, also when the browser is killed in the middle, and tells its sender', async () => {
  await using relay = await startRelayProcess()
  await using sender = await openLibraryPerson(names.ana, { relayUrl: relay.url })
  await using bo = await openPerson(names.bo, { relayUrl: relay.url })
  const app = await bo.app()
  await app.startAs(names.bo)
  const contact = await sender.connect(await app.createInvite())
  await app.acceptRequest(names.ana)
  await app.openConversation(names.ana)
  const data = await photoWithLocation()
  const send = (seconds: number) =>
    sender.messenger.send(contact.conversationId, {
      media: [{ data, altText: 'Seen once' }],
      view: { seconds, replays: 0 },
    })
  const opened = async (id: string) => (await sender.messenger.messages.get(id))?.recipients[0]?.openedAt

  const first = await send(1)
  const [one, two] = [app.articles.nth(0), app.articles.nth(1)]
  await one.getByRole('button', { name: 'View photo' }).click()
  await viewerOf(app).getByRole('img', { name: 'Seen once' }).waitFor()
  await viewerOf(app).getByRole('timer').waitFor()
  await viewerOf(app).waitFor({ state: 'hidden' })
  await one.getByText('Viewed, and gone from this device').waitFor()
  await expect.poll(() => opened(first.id), { timeout: 90_000 }).toBeTypeOf('number')

  const second = await send(10)
  await two.getByRole('button', { name: 'View photo' }).click()
  await viewerOf(app).getByRole('img', { name: 'Seen once' }).waitFor()
  await bo.killBrowser()
  const again = await bo.app()
  await again.openConversation(names.ana)
  await again.articles.nth(1).getByText('Viewed, and gone from this device').waitFor()
  expect(await again.articles.nth(1).getByRole('button', { name: 'View photo' }).count()).toBe(0)
  await expect.poll(() => opened(second.id), { timeout: 90_000 }).toBeTypeOf('number')
})

it('shows a photo small at first, and fetches its original for who asks, without what was hidden in it', async () => {
  await using relay = await startRelayProcess()
  await using friends = await meet({ relayUrl: relay.url })
  const { anaApp, boApp } = friends
  const photo = withLocation(await anaApp.paintPhoto(3000, 2000))
  await using files = await mediaFiles({ 'large.jpg': photo })
  const sent = await anaApp.sendFiles([files.path('large.jpg')], 'Original')
  await anaApp.waitForState(sent, 'Seen')
  const received = boApp.withMedia('photo').first()
  // It is stored on its side.
  expect(await boApp.shownSize(received)).toEqual({ width: 1365, height: 2048 })

  await received.getByRole('button', { name: 'View photo' }).click()
  const original = viewerOf(boApp).getByRole('button', { name: 'Original', exact: true })
  expect(await original.getAttribute('aria-pressed')).toBe('false')
  await original.click()
  const width = () =>
    viewerOf(boApp)
      .getByRole('img')
      .last()
      .evaluate((image: HTMLImageElement) => image.naturalWidth)
  await expect.poll(width, { timeout: 60_000 }).toBe(2000)
  const bytes = await savedBytes(boApp)
  expect(bytes.includes(secretsInMedia.camera)).toBe(false)
  // Not encoded anew: what was drawn is there byte by byte.
  const scan = photo.subarray(photo.indexOf(Buffer.from([0xff, 0xda])))
  expect(bytes.includes(scan)).toBe(true)
})

it('fetches what was left to the person, stops and goes on where it was', async () => {
  await using relay = await startRelayProcess()
  await using files = await mediaFiles({ 'long.mp4': await largeVideo(40 * 1024 * 1024) })
  await using friends = await meet({ relayUrl: relay.url, ice: false })
  const { anaApp, boApp } = friends
  await boApp.goTo('Settings')
  await boApp.page.getByRole('combobox', { name: 'Videos' }).selectOption('Never')
  await boApp.openConversation(names.ana)
  const sent = await anaApp.sendFiles([files.path('long.mp4')], 'Original')
  await boApp.articles
    .first()
    .getByRole('button', { name: /^Download \d/ })
    .click()
  await boApp.goTo('Settings')
  const list = boApp.page.getByRole('list', { name: 'Transfers' })
  await list.getByRole('button', { name: 'Pause' }).click()
  await list.getByText(/^Paused/).waitFor()
  await list.getByRole('button', { name: 'Resume' }).click()
  await boApp.page.getByText('Nothing is being sent or fetched.').waitFor()
  await boApp.openConversation(names.ana)
  await anaApp.waitForState(sent, 'Seen')
  const received = sha256(await boApp.saveMedia(boApp.articles.first(), 'video'))
  expect(sha256(await anaApp.saveMedia(sent, 'video'))).toBe(received)
})

/** Runs in the page. In the middle of a screenshot. */
async function shadeOf(png: string): Promise<string> {
  const bytes = Uint8Array.from(atob(png), (character) => character.charCodeAt(0))
  const picture = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
  const context = new OffscreenCanvas(1, 1).getContext('2d')
  context?.drawImage(picture, picture.width >> 1, picture.height >> 1, 1, 1, 0, 0, 1, 1)
  const [red] = context?.getImageData(0, 0, 1, 1).data ?? []
  if (red === 0 || red === 255) return red === 0 ? 'black' : 'white'
  return `grey ${red}`
}
