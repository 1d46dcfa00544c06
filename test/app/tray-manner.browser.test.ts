// What the tray asks and says of videos before they are sent.

import { afterEach, describe, expect, it } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import type { MediaTools } from '../../src/app/state/media-tools.ts'
import '../../src/app/styles/app.css'
import { mountApp } from '../support/mount-app.ts'
import { openConversation } from '../support/open-conversation.ts'

const button = (name: string) => page.getByRole('button', { name, exact: true })

afterEach(() => {
  document.body.replaceChildren()
})

/** A film in the tray of a page that can tell this. */
async function choose(estimate: MediaTools['estimate']): Promise<void> {
  const { messenger } = await openConversation()
  await mountApp('#c/c0b0', messenger, { tools: { estimate } })
  const answer = await fetch(new URL('../fixtures/clip.mp4', import.meta.url))
  const film = new File([await answer.arrayBuffer()], 'clip.mp4', { type: 'video/mp4' })
  await page.getByLabelText('Add photos or videos').upload(film)
}

describe('the size of a video in the tray', () => {
  it('is that of what is sent of it: cut, or without its sound', async () => {
    await choose(async (_, __, { video: { trim, mute } }) => ({
      sizeBytes: (trim === undefined ? 9_000_000 : 3_000_000) - (mute === true ? 1_000_000 : 0),
    }))
    await expect.element(page.getByText(/About 9 MB/)).toBeVisible()
    await button('Edit clip.mp4').click()
    const start = page.getByRole('slider', { name: 'Trim start' })
    await expect.element(start).toBeVisible()
    start.element().focus()
    await userEvent.keyboard('{ArrowRight}')
    await button('Apply').click()
    await expect.element(page.getByText(/About 3 MB/)).toBeVisible()
    await button('Edit clip.mp4').click()
    await page.getByRole('switch', { name: 'Without sound' }).click()
    await button('Apply').click()
    await expect.element(page.getByText(/About 2 MB/)).toBeVisible()
  })

  it('comes with a word on who can play it', async () => {
    await choose(async () => ({ sizeBytes: 9_000_000, encoding: 'kept', plays: 'perhaps' }))
    await expect.element(page.getByText(/About 9 MB\. A video keeps its encoding, which not every/)).toBeVisible()
  })
})
