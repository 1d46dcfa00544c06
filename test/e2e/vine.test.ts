// Vine messages, as they were: loops of six seconds, in the inbox from people who are followed and apart from it from others,
// that play again and again where they lie.

import type { Locator } from 'playwright'
import { expect, it } from 'vitest'
import type { AppPage } from '../support/app-page.ts'
import { tapByKey } from '../support/app-page.ts'
import { openLibraryPerson } from '../support/library-person.ts'
import { sha256, videoWithLocation } from '../support/media.ts'
import { startRelayProcess } from '../support/relay-process.ts'
import { meet, names } from '../support/stories.ts'

it('brings a loop to the inbox of who follows, keeps the loop of a stranger apart, and plays both in a loop', async () => {
  await using relay = await startRelayProcess()
  await using friends = await meet({ relayUrl: relay.url })
  const { anaApp, boApp } = friends
  await anaApp.follow()
  await anaApp.openConversation(names.bo)
  await film(boApp)
  await boApp.send()
  const sent = boApp.feed.getByRole('article', { name: 'You, video' })
  const received = anaApp.feed.getByRole('article', { name: `${names.bo}, video` })
  await playsAgain(received)
  await boApp.waitForState(sent, 'Seen')
  expect(sha256(await anaApp.saveMedia(received, 'video'))).toBe(sha256(await boApp.saveMedia(sent, 'video')))

  await using cleo = await openLibraryPerson(names.cleo, { relayUrl: relay.url })
  const { conversationId } = await cleo.connect(await anaApp.createInvite())
  const other = await cleo.messenger.send(conversationId, { media: [{ data: await videoWithLocation(), loop: true }] })
  await anaApp.goTo('Requests')
  const request = anaApp.request(names.cleo)
  await request.getByText('One message waits, with video.').waitFor()
  await request.getByRole('group', { name: 'Blurred' }).getByText('Video').waitFor()
  expect(await anaApp.conversationItem(names.cleo).count()).toBe(0)
  await request.getByRole('button', { name: 'Accept' }).click()
  await playsAgain(anaApp.feed.getByRole('article', { name: `${names.cleo}, video` }))
  await other.state('seen')
})

/** With the camera, until the loop is full: it lies in the tray then. */
async function film(app: AppPage): Promise<void> {
  await app.page.getByRole('button', { name: 'Camera', exact: true }).click()
  const camera = app.page.getByRole('dialog', { name: 'Camera' })
  const record = camera.getByRole('button', { name: 'Record clip' })
  await camera.getByRole('radio', { name: 'Loop' }).check()
  await camera.getByText('Up to 0:06.').waitFor()
  await tapByKey(record)
  // It ends by itself.
  await camera.getByText('It is full. Use it, or undo a clip.').waitFor()
  expect(await record.isDisabled()).toBe(true)
  await camera.getByRole('button', { name: 'Use recording' }).click()
  await app.page.getByText('Plays in a loop').waitFor({ state: 'attached' })
}

/** Where it lies, without being opened: it comes to its end and begins again. */
async function playsAgain(article: Locator): Promise<void> {
  await article.getByText('Loop', { exact: true }).waitFor()
  expect(await article.locator('video').evaluate(beginsAgain)).toBe(true)
}

/** Runs in the page. */
function beginsAgain(element: Element): Promise<boolean> {
  return new Promise((resolve) => {
    // Nobody else moves it.
    element.addEventListener('seeked', () => resolve(element instanceof HTMLVideoElement && !element.paused), {
      once: true,
    })
  })
}
