// What is made with the camera and the microphone of a browser: Ana takes a photo and records a loop and a voice, and Bo
// sees and hears them.

import type { Locator } from 'playwright'
import { expect, it } from 'vitest'
import type { AppPage } from '../support/app-page.ts'
import { tapByKey } from '../support/app-page.ts'
import { startRelayProcess } from '../support/relay-process.ts'
import { meet, names } from '../support/stories.ts'

it('takes a photo with the other camera of a device that has two', async () => {
  await using relay = await startRelayProcess()
  await using friends = await meet({ relayUrl: relay.url, cameras: 2 })
  const { anaApp, boApp } = friends
  const camera = anaApp.page.getByRole('dialog', { name: 'Camera' })
  const button = (name: string) => camera.getByRole('button', { name, exact: true })
  await anaApp.page.getByRole('button', { name: 'Camera', exact: true }).click()
  const first = await shownCamera(anaApp)
  await button('Flip').click()
  await expect.poll(() => shownCamera(anaApp), { timeout: 30_000 }).not.toBe(first)
  await button('Flip').click()
  await expect.poll(() => shownCamera(anaApp), { timeout: 30_000 }).toBe(first)
  await button('Take photo').click()
  await anaApp.send()
  expect((await boApp.shownSize(boApp.withMedia('photo').first())).width).toBeGreaterThan(0)
})

/** The device whose picture is on the screen, as the browser names it for this page; waits for the picture. */
async function shownCamera(app: AppPage): Promise<string> {
  const camera = app.page.getByRole('dialog', { name: 'Camera' })
  // It is there once a picture is, and not while another camera is asked for.
  await camera.getByRole('button', { name: 'Flip', exact: true }).waitFor()
  return camera.locator('video').evaluate((video: HTMLVideoElement) => {
    const stream = video.srcObject
    const track = stream instanceof MediaStream ? stream.getVideoTracks()[0] : undefined
    if (track?.readyState !== 'live') throw new Error('no camera is shown')
    return track.getSettings().deviceId ?? ''
  })
}

it('brings a photo, a loop and a voice note from one camera and microphone to the other screen', async () => {
  await using relay = await startRelayProcess()
  await using friends = await meet({ relayUrl: relay.url })
  const { anaApp, boApp } = friends
  const button = (name: string) => anaApp.page.getByRole('button', { name, exact: true })

  await button('Camera').click()
  await button('Take photo').click()
  await anaApp.send()
  await boApp.withMedia('photo').first().waitFor()
  const { width } = await boApp.shownSize(boApp.withMedia('photo').first())
  expect(width).toBeGreaterThan(0)

  await button('Camera').click()
  const camera = anaApp.page.getByRole('dialog', { name: 'Camera' })
  await camera.getByRole('radio', { name: 'Loop' }).check()
  for (const clips of ['1 clip.', '2 clips.']) {
    const before = await filmedSeconds(camera)
    await tapByKey(button('Record clip'))
    // Long enough for an encoder to begin: a clip without a picture is none.
    await expect.poll(() => filmedSeconds(camera), { timeout: 30_000 }).toBeGreaterThanOrEqual(before + 2)
    await tapByKey(button('Stop clip'))
    await camera.getByText(clips).waitFor()
  }
  await button('Use recording').click()
  const trouble = camera.getByRole('alert')
  const inTray = anaApp.page.getByText('Plays in a loop')
  await inTray.or(trouble).first().waitFor({ state: 'attached' })
  expect(await trouble.allTextContents()).toEqual([])
  await anaApp.send()
  await boApp.withMedia('video').first().waitFor()
  // Both clips are one video.
  expect(await boApp.page.getByRole('button', { name: 'Play video' }).count()).toBe(1)
  const film = await boApp.saveMedia(boApp.withMedia('video').first(), 'video')
  expect(film.subarray(4, 8).toString('latin1')).toBe('ftyp')

  await button('Record voice').click()
  await anaApp.page.getByRole('timer').filter({ hasText: '0:02' }).waitFor()
  await button('Stop recording').click()
  await anaApp.send()
  const voice = boApp.feed.getByRole('article', { name: `${names.ana}, voice message` })
  await voice.getByRole('button', { name: 'Play voice note' }).click()
  await voice.getByRole('button', { name: 'Pause voice note' }).waitFor()
  const heard = voice.getByRole('slider', { name: 'Place in the voice note' })
  await expect.poll(() => heard.getAttribute('aria-valuetext'), { timeout: 30_000 }).toMatch(/^0:01 of/)
})

/** What the camera says that there is, in whole seconds. */
async function filmedSeconds(camera: Locator): Promise<number> {
  return Number((await camera.getByRole('timer').textContent())?.split(':')[1])
}
