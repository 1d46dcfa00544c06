// Editing before sending, from the tray of one to the pixels of the other.

import type { Page } from 'playwright'
import { expect, it } from 'vitest'
import { startRelayProcess } from '../support/relay-process.ts'
import { meet } from '../support/stories.ts'

it('sends what is left of a photo that was cropped and blurred, with its words', async () => {
  await using relay = await startRelayProcess()
  await using friends = await meet({ relayUrl: relay.url })
  const { anaApp, boApp } = friends
  const { page } = anaApp
  const buffer = Buffer.from(await drawPhoto(page), 'base64')
  await page.getByLabel('Add photos or videos').setInputFiles({ name: 'faces.png', mimeType: 'image/png', buffer })

  await page.getByRole('button', { name: 'Edit faces.png' }).click()
  const editor = page.getByRole('dialog', { name: 'Edit photo' })
  const tool = (name: string) =>
    editor.getByRole('group', { name: 'Tool' }).getByRole('radio', { name, exact: true }).check()
  await editor.getByRole('radio', { name: 'Square' }).check()
  await tool('Blur')
  await editor.getByRole('radio', { name: 'Rectangle' }).check()
  await editor.getByRole('button', { name: 'Add region' }).click()
  await tool('Filters')
  await editor.getByRole('radio', { name: 'Warm' }).check()
  await tool('Words')
  await editor.getByRole('textbox', { name: 'Caption' }).fill('Nobody to be seen')
  await editor.getByRole('textbox', { name: 'Alt text' }).fill('A crowd, blurred')
  await editor.getByRole('button', { name: 'Apply' }).click()
  await editor.waitFor({ state: 'hidden' })
  await anaApp.send()

  const article = boApp.withMedia('photo').first()
  await article.waitFor()
  await article.getByRole('img', { name: 'A crowd, blurred' }).waitFor()
  await article.getByText('Nobody to be seen').waitFor()
  expect(await boApp.shownSize(article)).toEqual({ width: 300, height: 300 })
  const received = await boApp.saveMedia(article, 'photo')
  const { pattern, corner } = await look(boApp.page, received.toString('base64'))
  // In the photo, every fourth pixel of the middle differs from its neighbour by all there is.
  expect(pattern).toBeLessThan(30)
  expect(corner).toBe(true)
})

/** 400 × 300: red, with a fine pattern of black and white all over the middle. */
function drawPhoto(page: Page): Promise<string> {
  return page.evaluate(() => {
    const canvas = document.createElement('canvas')
    canvas.width = 400
    canvas.height = 300
    const context = canvas.getContext('2d')
    if (context === null) throw new Error('no canvas')
    context.fillStyle = '#f00'
    context.fillRect(0, 0, 400, 300)
    for (let y = 110; y < 190; y += 4) {
      for (let x = 160; x < 240; x += 4) {
        context.fillStyle = (x + y) % 8 === 0 ? '#fff' : '#000'
        context.fillRect(x, y, 4, 4)
      }
    }
    return canvas.toDataURL('image/png').slice('data:image/png;base64,'.length)
  })
}

/** How much neighbouring pixels of what was the pattern differ at most, and whether what was around it is still red. */
function look(page: Page, base64: string): Promise<{ readonly pattern: number; readonly corner: boolean }> {
  return page.evaluate(async (encoded) => {
    const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0))
    const bitmap = await createImageBitmap(new Blob([bytes]))
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d', { willReadFrequently: true })
    if (context === null) throw new Error('no canvas')
    context.drawImage(bitmap, 0, 0)
    // The crop took 50 pixels from the left.
    const { data } = context.getImageData(112, 112, 76, 76)
    let pattern = 0
    for (let at = 0; at + 4 < data.length; at += 4) {
      if ((at / 4 + 1) % 76 === 0) continue
      pattern = Math.max(pattern, Math.abs((data[at] ?? 0) - (data[at + 4] ?? 0)))
    }
    const [red = 0, green = 255, blue = 255] = context.getImageData(10, 10, 1, 1).data
    return { pattern, corner: red > 200 && green < 60 && blue < 60 }
  }, base64)
}
